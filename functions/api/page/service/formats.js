/** The formats with their options, and the presets, from `GET /api/formats`. */

import { ask } from "./api.js";

/**
 * @typedef {object} Bound the valid values of an option
 * @property {"integer" | "number" | "boolean" | "string"} type
 * @property {string} description
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {any[]} [values]
 * @property {string[]} [labels] of these values, if the page has some
 * @property {"lower" | "higher"} [better] which end of the scale
 * @property {string} [unit]
 * @property {string} [pattern]
 */

/**
 * @typedef {object} Format
 * @property {string} name
 * @property {string} extension
 * @property {string} contentType
 * @property {string} codec
 * @property {boolean} lossless
 * @property {{upToHz: number, quality?: number, monoKbps?: number, stereoKbps?: number}[]} defaults
 * @property {Record<string, Bound>} options
 */

/** @typedef {{name: string, description: string, format: string, options: Record<string, any>}} Preset */

/** Pairs of options that exclude each other. */
export const RIVALS = [
  ["bitRateKbps", "quality"],
  ["gainDb", "loudnessLufs"],
  ["spec", "loudnessLufs"],
  ["spec", "gainDb"],
];

/**
 * @typedef {object} Limits of one upload
 * @property {number} uploadMaxBytes
 * @property {number} durationMaxS
 * @property {number} keptDays after which files are deleted
 */

/** @typedef {{formats: Format[], presets: Preset[], limits: Limits | null}} Catalogue */

/** @returns {Promise<Catalogue>} */
export async function catalogue() {
  const { formats, presets = [], limits = null } = await ask("GET", "formats", { open: true });
  return { formats, presets, limits };
}

/**
 * The options that this one excludes.
 * @param {string} option
 * @returns {string[]}
 */
export function rivalsOf(option) {
  return RIVALS.filter((pair) => pair.includes(option)).flatMap((pair) => pair.filter((name) => name !== option));
}
