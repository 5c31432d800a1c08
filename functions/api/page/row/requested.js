/** What was requested of a conversion: its formats and options, in one line. */

import * as figures from "../words/figures.js";
import { knownText, text } from "../words/language.js";
import { writeClock, writeTime } from "../words/typed.js";

/** @typedef {import("../conversions/conversions.js").Output} Output */

/** How an option is written without its name. @type {Record<string, (value: any) => string>} */
const SHORT = {
  bitRateKbps: (kbps) => `${figures.number(kbps)} kbit/s`,
  sampleRateHz: figures.rate,
  channels: figures.channels,
  bitDepth: (bits) => `${bits} bit`,
  loudnessLufs: (lufs) => `${figures.number(lufs)} LUFS`,
  spec: (name) => knownText(`option.spec.${name}`) ?? name,
  gainDb: (gain) => `${gain > 0 ? "+" : ""}${figures.number(gain)} dB`,
  speed: (times) => `${figures.number(times, 3)} ×`,
};

// Both are written as one part: `1:30–2:00`.
const PART = ["startS", "endS"];

/**
 * The formats with what was set for each, then what was set for all.
 * @param {Output[]} outputs
 * @returns {string} such as `MP3 · 128 kbit/s · 1:30–2:00` or `MP3 128 kbit/s, FLAC · −16 LUFS`
 */
export function requestedText(outputs) {
  const [first, ...others] = outputs.map(({ options }) => options);
  const isForAll = (/** @type {string} */ name) =>
    others.length ? others.every((options) => options[name] === first[name]) : !(name in SHORT);
  const formats = outputs.map(({ format, options }) => {
    const own = Object.keys(options).filter((name) => !isForAll(name));
    const values = own.map((name) => written(name, options[name]));
    return [format.toUpperCase(), ...values].join(others.length ? " " : " · ");
  });
  const forAll = Object.keys(first).filter(isForAll);
  const rest = forAll.filter((name) => !PART.includes(name)).map((name) => written(name, first[name]));
  const cut = forAll.some((name) => PART.includes(name)) ? [part(first)] : [];
  return [formats.join(", "), ...cut, ...rest].join(" · ");
}

/** @param {Record<string, any>} options */
function part({ startS, endS }) {
  return `${writeClock(startS ?? 0)}–${endS === undefined ? text("cut.end") : writeClock(endS)}`;
}

/** @param {string} name of an option @param {any} value */
function written(name, value) {
  if (name in SHORT) return SHORT[name](value);
  const label = (knownText(`option.${name}`) ?? name).toLowerCase();
  if (value === false) return knownText(`option.${name}.off`) ?? `${label}: −`;
  if (typeof value === "string") return `${label} ${knownText(`option.${name}.${value}`) ?? value}`;
  if (typeof value !== "number") return label;
  return `${label} ${name.endsWith("S") ? writeTime(value) : figures.number(value)}`;
}
