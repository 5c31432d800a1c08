/** Gives each waveform its peaks as they become known: one decoding at a time, each sound once. */

import { standOf } from "./conversions.js";
import { peaksAt, peaksOf } from "./peaks.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */
/** @typedef {import("./waveform.js").Waveform} Waveform */

/** @type {WeakMap<Conversion, Set<string>>} what was asked for already */
const asked = new WeakMap();
let queue = Promise.resolve();

/**
 * Draw what can be drawn of a conversion by now.
 * @param {Conversion} conversion
 * @param {Waveform} wave
 */
export function sketch(conversion, wave) {
  const { file, task } = conversion;
  if (file) once(conversion, "before", async () => wave.setPeaks("before", await peaksOf(file)));
  const output = task?.outputs[0];
  // Of the history nothing is fetched unasked: somebody may pay for each megabyte.
  if (file && standOf(conversion) === "ready" && output.download) {
    const { url } = output.download;
    once(conversion, `after ${output.sizeBytes}`, async () => {
      wave.setPeaks("after", await peaksAt(url, output.sizeBytes));
    });
  }
}

/** @param {Conversion} conversion @param {string} what @param {() => Promise<void>} job */
function once(conversion, what, job) {
  const known = asked.get(conversion) ?? new Set();
  if (known.has(what)) return;
  asked.set(conversion, known.add(what));
  queue = queue.then(job);
}
