/** What can be asked for: the formats with their options, and the presets, as `GET /api/formats` has them. */

import { ask } from "./api.js";

/**
 * @typedef {object} Bound what values an option takes
 * @property {"integer" | "number" | "boolean"} type
 * @property {string} description
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number[]} [values]
 * @property {string} [unit]
 */

/**
 * @typedef {object} Format
 * @property {string} name
 * @property {string} extension
 * @property {string} contentType
 * @property {string} codec
 * @property {boolean} lossless
 * @property {Record<string, Bound>} options
 */

/** @typedef {{name: string, description: string, format: string, options: Record<string, any>}} Preset */

/** Of each pair only one can be asked for. */
export const RIVALS = [
  ["bitRateKbps", "quality"],
  ["gainDb", "loudnessLufs"],
];

/** @returns {Promise<{formats: Format[], presets: Preset[]}>} */
export async function catalogue() {
  const told = await ask("GET", "formats", { open: true });
  return { formats: told.formats, presets: told.presets ?? [] };
}

/**
 * The option that cannot be asked for beside this one.
 * @param {string} option
 * @returns {string | undefined}
 */
export function rivalOf(option) {
  const pair = RIVALS.find((names) => names.includes(option));
  return pair?.find((name) => name !== option);
}
