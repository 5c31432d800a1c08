/** The compact list: one line for each conversion. By itself once the list is long, or as the user chose. */

import { byId } from "../browser/dom.js";
import { keep, kept } from "../browser/storage.js";

const STORED = "sonube.compact";
const LONG = 8;

/** @param {() => void} onChange */
export function startCompact(onChange) {
  byId("compact").addEventListener("change", () => {
    keep(STORED, byId("compact").checked ? "yes" : "no");
    onChange();
  });
}

/** Whether the list is compact; its checkbox shows the same. @param {number} count of its rows */
export function isCompact(count) {
  const chosen = kept(STORED);
  byId("compact").checked = chosen ? chosen === "yes" : count > LONG;
  return byId("compact").checked;
}
