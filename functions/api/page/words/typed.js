/** Numbers and times as people type them: read as they were meant, or refused, but never reinterpreted. */

import { language } from "./language.js";

/** The sign before decimals where the page's language is spoken. */
function decimalMark() {
  return (0.5).toLocaleString(language()).charAt(1);
}

/**
 * A number such as `-14` or `1.5`; the decimal comma too, in languages that have one.
 * @param {string} written
 * @returns {number | null} null if it cannot be read
 */
export function readNumber(written) {
  const plain = written.trim().replace("−", "-");
  // Where the comma is for decimals, `1.500` may be meant as fifteen hundred.
  if (decimalMark() === "," && /^-?[1-9]\d{0,2}\.\d{3}$/.test(plain)) return null;
  const pointed = plain.replace(decimalMark(), ".");
  return /^-?\d{1,15}(\.\d+)?$/.test(pointed) ? Number(pointed) : null;
}

/**
 * A time as `[h:]mm:ss[.s]`, or in seconds.
 * @param {string} written
 * @returns {number | null} in seconds; null if it cannot be read
 */
export function readTime(written) {
  const parts = written.trim().split(":");
  const seconds = readNumber(parts.at(-1) ?? "");
  if (seconds === null || seconds < 0 || parts.length > 3) return null;
  if (parts.length === 1) return seconds;
  const [, ...inner] = parts;
  const areTwoDigits = inner.every((part) => /^[0-5]\d(\D\d+)?$/.test(part));
  const areWhole = parts.slice(0, -1).every((part) => /^\d{1,4}$/.test(part));
  if (!areTwoDigits || !areWhole) return null;
  return parts.slice(0, -1).reduce((total, part) => 60 * (total + Number(part)), 0) + seconds;
}

/** @param {number} value @returns {string} as `readNumber` reads it, to a thousandth */
export function writeNumber(value) {
  return String(Math.round(value * 1000) / 1000).replace(".", decimalMark());
}

/** @param {number} seconds @returns {string} as `readTime` reads it: `12.5`, `1:30`, `1:02:03` */
export function writeTime(seconds) {
  return seconds < 60 ? writeNumber(seconds) : writeClock(seconds);
}

/** @param {number} seconds @returns {string} as on a clock, also below a minute: `0:12.5` */
export function writeClock(seconds) {
  const millis = Math.round(seconds * 1000);
  const [hours, minutes] = [Math.floor(millis / 3_600_000), Math.floor(millis / 60_000) % 60];
  const rest = writeNumber((millis % 60_000) / 1000);
  const inner = millis % 60_000 < 10_000 ? `0${rest}` : rest;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${inner}` : `${minutes}:${inner}`;
}
