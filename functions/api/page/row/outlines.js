/** Gives each waveform its peaks: from the task, or until then from the file itself. */

import { peaksOf, resampled } from "./peaks.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
/** @typedef {import("./waveform.js").Waveform} Waveform */

/** @type {WeakSet<File>} */
const decoded = new WeakSet();
let queue = Promise.resolve();

/**
 * Draw the peaks that are known so far.
 * @param {Conversion} conversion
 * @param {Waveform} wave
 * @param {number} n which of the results
 */
export function sketch({ file, task }, wave, n) {
  const before = task?.source.levels?.peaks;
  const output = task?.outputs[n];
  // A copied stream has no levels of its own; it sounds like the original.
  const after = output?.copied ? wave.peaks.before : output?.levels?.peaks;
  if (before?.length) wave.setPeaks("before", resampled(before));
  else if (file && !decoded.has(file)) decode(file, wave);
  if (after?.length) wave.setPeaks("after", resampled(after));
}

/** One at a time: a decoded sound takes many times the memory of its file. @param {File} file @param {Waveform} wave */
function decode(file, wave) {
  decoded.add(file);
  queue = queue.then(async () => wave.setPeaks("before", await peaksOf(file)));
}
