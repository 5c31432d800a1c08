/** The audio tracks of a source that was probed, to choose from. */

import * as figures from "../words/figures.js";
import { knownText } from "../words/language.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
/** @typedef {import("../service/formats.js").Bound} Bound */

/**
 * The option's bound, with the tracks as its values if there are several; a language that was typed stays one.
 * @param {Bound} bound
 * @param {Conversion[]} again on the tray
 * @param {any} value that is set
 * @returns {Bound}
 */
export function trackBound(bound, again, value) {
  const tracks = again.length === 1 ? (again[0].task.source.tracks ?? []) : [];
  const values = tracks.map((/** @type {any} */ { number }) => String(number));
  if (tracks.length < 2 || (value !== undefined && !values.includes(value))) return bound;
  return { ...bound, values, labels: tracks.map(labelOf) };
}

/** @param {any} track @returns {string} such as `2: es, stereo, commentary` */
function labelOf({ number, language, title, channels, purpose }) {
  const about = [language, title, channels && figures.channels(channels), knownText(`tracks.${purpose}`)];
  return `${number}: ${about.filter(Boolean).join(", ")}`;
}
