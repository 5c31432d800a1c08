/** The overall progress of several uploads, because most of their rows are out of sight. */

import { conversions, statusOf, whenConversionsChange } from "../conversions/conversions.js";
import { byId } from "../browser/dom.js";
import { percent } from "../words/figures.js";
import { text, whenLanguageChanges } from "../words/language.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

const RISING = new Set(["queued", "sending", "interrupted"]);
/** All uploads since the last time that none was running. @type {Set<Conversion>} */
const together = new Set();

/** Start showing the overall progress. */
export function startOverall() {
  whenConversionsChange(draw);
  whenLanguageChanges(draw);
}

function draw() {
  const rising = new Set(conversions().filter((one) => RISING.has(statusOf(one))));
  if (!rising.size) together.clear();
  for (const one of rising) together.add(one);
  // Cancelled and failed uploads no longer count.
  for (const one of together) if (!rising.has(one) && one.stage !== "sent") together.delete(one);
  const sizeOf = (/** @type {Conversion} */ { file }) => file?.size ?? 0;
  const sentOf = (/** @type {Conversion} */ one) => (rising.has(one) ? one.sentBytes : sizeOf(one));
  const share = sum(together, sentOf) / (sum(together, sizeOf) || 1);
  const values = { done: together.size - rising.size, count: together.size, percent: percent(share) };
  byId("overall").hidden = together.size < 2;
  byId("overall-text").textContent = text("list.overall", values);
  byId("overall-progress").value = share;
}

/** @param {Set<Conversion>} some @param {(one: Conversion) => number} figure */
function sum(some, figure) {
  return [...some].reduce((total, one) => total + figure(one), 0);
}
