/** What is known of a sound, in a few figures. */

import { element } from "./dom.js";
import * as figures from "./figures.js";
import { text } from "./language.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

/**
 * Two lists of figures, the original's and the result's.
 * @param {Conversion} conversion
 * @returns {HTMLElement}
 */
export function facts({ task, file, format }) {
  const source = task?.source ?? {};
  const output = task?.outputs?.[0] ?? {};
  const sourceBytes = source.sizeBytes ?? file?.size;
  const before = [source.codec && codecName(source), ...figuresOf({ ...source, sizeBytes: sourceBytes })];
  const after = output.sizeBytes ? [format.toUpperCase(), ...figuresOf(output), saving(sourceBytes, output.sizeBytes)] : [];
  return element("dl.facts", {}, ...list("before", before), ...list("after", after));
}

/** @param {any} sound */
function figuresOf({ durationS, sampleRateHz, channels, bitRateKbps, sizeBytes, loudnessLufs }) {
  return [
    sampleRateHz && `${figures.number(sampleRateHz / 1000)} kHz`,
    channels && figures.channels(channels),
    bitRateKbps && `${figures.number(bitRateKbps, 0)} kbit/s`,
    durationS && figures.duration(durationS),
    sizeBytes && figures.size(sizeBytes),
    Number.isFinite(loudnessLufs) && `${figures.number(loudnessLufs)} LUFS`,
  ];
}

/** @param {"before" | "after"} which @param {unknown[]} values */
function list(which, values) {
  const known = values.filter(Boolean);
  if (!known.length) return [];
  const shown = known.map((value) => element("dd", { text: String(value) }));
  return [element(`div.${which}`, {}, element("dt", { text: text(`facts.${which}`) }), ...shown)];
}

/** @param {number | undefined} before @param {number} after in bytes */
function saving(before, after) {
  if (!before || after >= before) return null;
  return `−${figures.percent(1 - after / before)}`;
}

/** @param {{codec: string, bitsPerSample?: number}} source */
function codecName({ codec }) {
  return codec.startsWith("pcm_") ? `PCM ${codec.slice(4)}` : codec.toUpperCase();
}
