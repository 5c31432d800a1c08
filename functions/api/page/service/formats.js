/** The formats with their options, and the presets, from `GET /api/formats`. */

import { ask } from "./api.js";

/**
 * @typedef {object} Bound the valid values of an option
 * @property {"integer" | "number" | "boolean" | "string" | "object"} type
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

/** @typedef {{name: string, kind: string, pattern?: string}} TagField a field of the tags, and what its values look like */

/** @typedef {{formats: Format[], presets: Preset[], tagFields: TagField[], limits: Limits | null}} Catalogue */

/** @returns {Promise<Catalogue>} */
export async function catalogue() {
  const { formats, presets = [], tagFields = [], limits = null } = await ask("GET", "formats", { open: true });
  return { formats, presets, tagFields, limits };
}

/**
 * The options that this one excludes.
 * @param {string} option
 * @returns {string[]}
 */
export function rivalsOf(option) {
  return RIVALS.filter((pair) => pair.includes(option)).flatMap((pair) => pair.filter((name) => name !== option));
}
