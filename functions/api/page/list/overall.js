/** The overall progress of a batch, from its first upload to its last result. */

import { byId } from "../browser/dom.js";
import { conversions, isUnderWay, statusOf, whenConversionsChange } from "../conversions/conversions.js";
import { percent } from "../words/figures.js";
import { text, whenLanguageChanges } from "../words/language.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

// Of the whole way of a file.
const UPLOAD_SHARE = 0.5;
const ENDED = new Set(["ready", "failed"]);
/** All since the last time that none was in progress. @type {Set<Conversion>} */
const together = new Set();

/** Start showing the overall progress. */
export function startOverall() {
  whenConversionsChange(draw);
  whenLanguageChanges(draw);
}

function draw() {
  const running = conversions().filter(isUnderWay);
  if (!running.length) together.clear();
  for (const one of running) together.add(one);
  // Cancelled and deleted ones, and those that were not uploaded, no longer count.
  const listed = new Set(conversions());
  for (const one of together) if (!listed.has(one) || !(isUnderWay(one) || hasEnded(one))) together.delete(one);
  const all = [...together];
  const share = sum(all, (one) => sizeOf(one) * shareOf(one)) / (sum(all, sizeOf) || 1);
  const values = { done: all.filter(hasEnded).length, count: all.length, percent: percent(share) };
  byId("overall").hidden = all.length < 2;
  byId("overall-text").textContent = text("list.overall", values);
  byId("overall-progress").value = share;
}

/** @param {Conversion} conversion */
function hasEnded(conversion) {
  return ENDED.has(statusOf(conversion));
}

/** @param {Conversion} conversion @returns {number} 0…1 of its way */
function shareOf(conversion) {
  const { sentBytes, stage, task } = conversion;
  if (hasEnded(conversion)) return 1;
  if (stage !== "sent") return UPLOAD_SHARE * Math.min(1, sentBytes / sizeOf(conversion));
  return UPLOAD_SHARE + (1 - UPLOAD_SHARE) * (task.state === "CONVERTING" ? task.progress : 0);
}

/** @param {Conversion} conversion in bytes, at least 1 */
function sizeOf({ file, task }) {
  return file?.size || task?.source.sizeBytes || 1;
}

/** @param {Conversion[]} some @param {(one: Conversion) => number} figure */
function sum(some, figure) {
  return some.reduce((total, one) => total + figure(one), 0);
}
