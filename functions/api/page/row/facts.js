/** The properties of the original and the result: codec, length, size, loudness. */

import { element } from "../browser/dom.js";
import * as figures from "../words/figures.js";
import { isOpen } from "../conversions/conversions.js";
import { text } from "../words/language.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

/**
 * Lists of figures: the original's, each result's, and until when they are kept.
 * @param {Conversion} conversion
 * @returns {HTMLElement}
 */
export function facts(conversion) {
  const { task, file } = conversion;
  const source = task?.source ?? {};
  const outputs = /** @type {any[]} */ (task?.outputs ?? []).filter(({ sizeBytes }) => sizeBytes);
  const before = outputs.find(({ normalisation }) => normalisation)?.normalisation.before;
  const sourceBytes = source.sizeBytes ?? file?.size;
  const original = [
    codec(source),
    ...figuresOf({ ...source, sizeBytes: sourceBytes }),
    ...loudness(source, before),
  ];
  const results = outputs.map((output) => [
    output.format.toUpperCase(),
    ...figuresOf(output),
    saving(sourceBytes, output.sizeBytes),
    ...loudness(output, output.normalisation?.after),
  ]);
  const kept = task?.source.sizeBytes && !isOpen(conversion) ? [figures.day(task.expireAt)] : [];
  return element(
    "dl.facts",
    {},
    ...list("before", original),
    ...results.flatMap((result) => list("after", result)),
    ...list("kept", kept),
  );
}

/** @param {any} sound */
function figuresOf({ durationS, sampleRateHz, channels, bitRateKbps, sizeBytes }) {
  return [
    sampleRateHz && figures.rate(sampleRateHz),
    channels && figures.channels(channels),
    bitRateKbps && `${figures.number(bitRateKbps, 0)} kbit/s`,
    durationS && figures.duration(durationS),
    sizeBytes && figures.size(sizeBytes),
  ];
}

/** The loudness if it was measured, otherwise the RMS level. @param {any} sound @param {any} measured */
function loudness({ levels }, measured) {
  if (Number.isFinite(measured?.integratedLufs)) return [`${figures.number(measured.integratedLufs)} LUFS`];
  return Number.isFinite(levels?.rmsDbfs) ? [`${figures.number(levels.rmsDbfs)} dB RMS`] : [];
}

/** @param {"before" | "after" | "kept"} which @param {unknown[]} values */
function list(which, values) {
  const known = values.filter(Boolean);
  if (!known.length) return [];
  const shown = known.map((value) => element("dd", { text: String(value) }));
  return [element(`div.${which}`, {}, element("dt", { text: text(`facts.${which}`) }), ...shown)];
}

/** @param {number | undefined} before @param {number | undefined} after in bytes */
function saving(before, after) {
  if (!before || !after || after >= before) return null;
  return `−${figures.percent(1 - after / before)}`;
}

/** @param {{codec?: string, bitsPerSample?: number}} source */
function codec({ codec: name, bitsPerSample }) {
  if (!name?.startsWith("pcm_")) return name?.toUpperCase();
  return bitsPerSample ? `PCM ${bitsPerSample} bit` : "PCM";
}
