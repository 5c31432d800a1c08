/** Numbers with units, written for people. */

import { language, text } from "./language.js";

/** @param {number} value @param {number} [digits] maximum after the point */
export function number(value, digits = 1) {
  // A hyphen allows a line break after it; a minus sign does not.
  return value.toLocaleString(language(), { maximumFractionDigits: digits }).replace("-", "−");
}

/** @param {number} hertz @returns {string} such as `44.1 kHz` */
export function rate(hertz) {
  return `${number(hertz / 1000, 3)} kHz`;
}

/** @param {number} bytes @returns {string} such as `3.2 MB` */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${number(bytes / 1000 ** power, power > 1 ? 1 : 0)} ${units[power]}`;
}

/** @param {number} usd @returns {string} such as `$12.50`; below a dollar, with two digits that count */
export function money(usd) {
  const digits = Math.abs(usd) < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return usd.toLocaleString(language(), { style: "currency", currency: "USD", ...digits });
}

/** @param {number} seconds @returns {string} such as `3:07` or `1:02:03` */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

/** @param {number} seconds @returns {string} such as `4 h` or `30 min` */
export function hours(seconds) {
  return seconds < 3600 ? `${number(seconds / 60, 0)} min` : `${number(seconds / 3600)} h`;
}

/**
 * @param {string} moment RFC 3339
 * @param {string} [timeZone] the user's own by default
 * @returns {string} the day, such as `29 December 2026`
 */
export function day(moment, timeZone) {
  const locale = language() === "en" ? "en-GB" : language();
  return new Date(moment).toLocaleDateString(locale, { dateStyle: "long", timeZone });
}

/** @param {number} channels */
export function channels(channels) {
  return channels <= 2 ? text(`channels.${channels}`) : text("channels.many", { count: channels });
}

/** @param {number} share 0…1 */
export function percent(share) {
  return `${Math.floor(share * 100)} %`;
}
