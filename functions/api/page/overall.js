/** How far the files on their way up are together, while there are several: most of their rows are out of sight. */

import { conversions, standOf, whenConversionsChange } from "./conversions.js";
import { byId } from "./dom.js";
import { percent } from "./figures.js";
import { text, whenLanguageChanges } from "./language.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

const RISING = new Set(["queued", "sending", "interrupted"]);
/** Those that were on their way since the last time that none was. @type {Set<Conversion>} */
const together = new Set();

/** Show it from now on. */
export function startOverall() {
  whenConversionsChange(draw);
  whenLanguageChanges(draw);
}

function draw() {
  const rising = new Set(conversions().filter((one) => RISING.has(standOf(one))));
  if (!rising.size) together.clear();
  for (const one of rising) together.add(one);
  // What was cancelled or could not be sent is on its way no more.
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
