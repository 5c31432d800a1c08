/** What the form was set to at the last visit, and the user's own presets, both kept in the browser. */

import { drop, keep, kept } from "../browser/storage.js";

/** @typedef {{formats: string[], preset: string, options: Record<string, any>}} Settings */
/** @typedef {{name: string, formats: string[], options: Record<string, any>}} OwnPreset */

const SETTINGS = "sonube.settings";
const PRESETS = "sonube.presets";

/** @returns {Settings | null} of the last visit */
export function lastSettings() {
  return read(SETTINGS);
}

/** @param {Settings} settings */
export function keepSettings(settings) {
  keep(SETTINGS, JSON.stringify(settings));
}

/** @returns {OwnPreset[]} */
export function ownPresets() {
  return read(PRESETS) ?? [];
}

/** Keep a preset; one of the same name is replaced. @param {OwnPreset} preset */
export function keepPreset(preset) {
  keep(PRESETS, JSON.stringify([...ownPresets().filter(({ name }) => name !== preset.name), preset]));
}

/** @param {string} name of an own preset */
export function dropPreset(name) {
  keep(PRESETS, JSON.stringify(ownPresets().filter((preset) => preset.name !== name)));
}

/** Forget all of it, because another user may sign in. */
export function forgetSettings() {
  drop(SETTINGS);
  drop(PRESETS);
}

/** @param {string} name @returns {any} null if there is nothing, or it cannot be read */
function read(name) {
  try {
    return JSON.parse(kept(name) ?? "null");
  } catch {
    return null;
  }
}
