/** A form field for each kind of option; each reads its own value and says what is wrong with it. */

import { element } from "../browser/dom.js";
import * as figures from "../words/figures.js";
import { knownText, text } from "../words/language.js";
import { readNumber, readTime, writeNumber, writeTime } from "../words/typed.js";

/** @typedef {import("../service/formats.js").Bound} Bound */

/**
 * @typedef {object} Field
 * @property {any} input an input or a select
 * @property {() => any} value undefined if nothing is set, or what is set cannot be read
 * @property {() => string} problem what is wrong with it; empty if nothing is
 */

// Flags that are on by default.
const ON = new Set(["keepTags"]);
const MOST_CHOICES = 12;
/** How the values of an option are written. @type {Record<string, (value: number) => string>} */
const SHOWN = { channels: figures.channels, sampleRateHz: figures.rate, bitDepth: (bits) => `${bits} bit` };
const KNOWN = new Set(["boolean", "string", "integer", "number"]);

/** Whether the page has a field for this kind of option. @param {Bound} bound */
export function hasField({ type }) {
  return KNOWN.has(type);
}

/** @param {string} name @param {Bound} bound @param {any} value that is set @returns {Field} */
export function fieldOf(name, bound, value) {
  if (bound.type === "boolean") return flag(name, value);
  const listed = bound.values ?? choices(bound);
  if (listed) return choice(listed, bound.labels, name, value);
  return bound.type === "string" ? words(bound, value) : quantity(bound, value);
}

/** Whether its field lists its values, so that no range need be shown. @param {Bound} bound */
export function isListed(bound) {
  return Boolean(bound.values ?? choices(bound));
}

/** @param {Bound} bound @param {any} value @returns {Field} */
function words({ pattern }, value) {
  const input = element("input", { type: "text", pattern, value, autocomplete: "off", spellcheck: "false" });
  return { input, value: () => input.value.trim() || undefined, problem: () => "" };
}

/** @param {string} name @param {any} value @returns {Field} */
function flag(name, value) {
  const input = element("input", { type: "checkbox", checked: value === undefined ? ON.has(name) : value === true });
  return { input, value: () => (input.checked === ON.has(name) ? undefined : input.checked), problem: () => "" };
}

/** @param {Bound} bound @param {any} value @returns {Field} */
function quantity({ type, unit, minimum = -Infinity, maximum = Infinity }, value) {
  const isTime = unit === "s";
  const [read, write] = isTime ? [readTime, writeTime] : [readNumber, writeNumber];
  const inputmode = isTime || minimum < 0 ? "text" : "decimal";
  const input = element("input", { type: "text", inputmode, autocomplete: "off", spellcheck: "false" });
  input.value = typeof value === "number" ? write(value) : "";
  const problem = () => {
    const found = input.value.trim() ? read(input.value) : minimum;
    if (found === null) return text(isTime ? "typed.time" : "typed.number", { half: figures.number(90.5) });
    if (found < minimum || found > maximum)
      return text("typed.range", { low: shown(write, minimum), high: shown(write, maximum) });
    return type === "integer" && input.value.trim() && !Number.isInteger(found) ? text("typed.whole") : "";
  };
  return { input, problem, value: () => (problem() ? undefined : (read(input.value) ?? undefined)) };
}

/** @param {(value: number) => string} write @param {number} bound */
function shown(write, bound) {
  return write(bound).replace("-", "−");
}

/** The values of a short range of whole numbers. @param {Bound} bound */
function choices({ type, minimum = 0, maximum = Infinity }) {
  if (type !== "integer" || maximum - minimum >= MOST_CHOICES) return null;
  return Array.from({ length: maximum - minimum + 1 }, (_, n) => minimum + n);
}

/** @param {any[]} values @param {string[] | undefined} labels @param {string} name @param {any} chosen @returns {Field} */
function choice(values, labels, name, chosen) {
  const written = SHOWN[name] ?? ((value) => (typeof value === "number" ? figures.number(value) : value));
  const follow = element("option", { value: "", text: text("options.asSource") });
  const listed = values.map((value, n) =>
    element("option", {
      value: n,
      text: labels?.[n] ?? knownText(`option.${name}.${value}`) ?? written(value),
      selected: value === chosen,
    }),
  );
  const input = element("select", {}, follow, ...listed);
  return { input, value: () => (input.value === "" ? undefined : values[Number(input.value)]), problem: () => "" };
}
