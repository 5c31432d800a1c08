/** Brings a conversion from the list back into the form, to convert its file again with other settings. */

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

import { mergeTasks } from "../conversions/conversions.js";
import { ask } from "../service/api.js";

/** @type {(conversion: Conversion, goTo: string) => void} */
let take = () => {};

/** @param {(conversion: Conversion, goTo: string) => void} listener */
export function whenConvertedAgain(listener) {
  take = listener;
}

/**
 * Put a conversion on the tray and its settings into the form.
 * @param {Conversion} conversion
 * @param {string} goTo `format`, or the option to change
 */
export async function convertAgain(conversion, goTo) {
  // A list leaves out the tracks.
  if (goTo === "track" && !conversion.task.source.tracks)
    mergeTasks([await ask("GET", `tasks/${conversion.task.id}`)]);
  take(conversion, goTo);
}
