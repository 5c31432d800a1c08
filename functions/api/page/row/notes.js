/** What a conversion could not keep as it was, in the user's words: a few lines, or a list to open. */

import { element } from "../browser/dom.js";
import * as figures from "../words/figures.js";
import { knownText, text } from "../words/language.js";

/** @typedef {{code: string, message: string, output: number | null, figures: Record<string, any>}} Note */

const MOST_LINES = 2;
// Figures that are the length of a sound.
const LENGTHS = ["statedS", "foundS"];

/**
 * Show a task's notes in this element; the same ones as before stay as they are, open or not.
 * @param {any} place
 * @param {any} task
 */
export function drawNotes(place, task) {
  const lines = linesOf(task);
  const shown = lines.join("\n");
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  const list = element("ul", {}, ...lines.map((line) => element("li", { text: line })));
  const summary = element("summary", { text: text("note.many", { count: lines.length }) });
  const isLong = lines.length > MOST_LINES;
  place.replaceChildren(...(lines.length ? [isLong ? element("details", {}, summary, list) : list] : []));
}

/** A line for each sentence, with the formats that it concerns if there are several. @param {any} task */
function linesOf(task) {
  /** @type {Map<string, string[]>} */
  const formats = new Map();
  for (const note of task?.notes ?? []) {
    const sentence = sentenceOf(note);
    const about = note.output === null ? [] : [task.outputs[note.output].format.toUpperCase()];
    formats.set(sentence, [...(formats.get(sentence) ?? []), ...about]);
  }
  for (const output of task?.outputs ?? []) {
    const sentence = verdictOf(output);
    if (sentence) formats.set(sentence, [...(formats.get(sentence) ?? []), output.format.toUpperCase()]);
  }
  const isOne = task?.outputs.length === 1;
  return [...formats].map(([sentence, names]) =>
    isOne || !names.length ? sentence : `${names.join(", ")}: ${sentence}`,
  );
}

/** Whether an output meets the requested specification, or what it misses; nothing while that is not known. @param {any} output */
function verdictOf({ options, verdicts = [] }) {
  const asked = verdicts.find((/** @type {any} */ one) => one.spec === options.spec);
  if (!asked || asked.meets === null) return "";
  const spec = knownText(`option.spec.${asked.spec}`) ?? asked.title;
  if (asked.meets) return text("verdict.met", { spec });
  const missed = asked.items.filter((/** @type {any} */ item) => item.meets === false);
  return text("verdict.missed", { spec, items: missed.map(itemText).join("; ") });
}

/** Such as `noise floor −52 dBFS (≤ −60)`. @param {any} item */
function itemText({ item, value, unit, minimum, maximum, valid, message }) {
  const name = knownText(`verdict.${item}`);
  if (!name) return message;
  const written = (/** @type {any} */ one) => (typeof one === "number" ? figures.number(one) : String(one));
  const bounds = [minimum !== null && `≥ ${written(minimum)}`, maximum !== null && `≤ ${written(maximum)}`];
  const required = valid.length ? valid.map(written) : bounds.filter(Boolean);
  return `${name} ${written(value)} ${unit}`.trim() + ` (${required.join(", ")})`;
}

/** @param {Note} note */
function sentenceOf({ code, message, figures: found }) {
  const { reason, integratedLufs, places, packets, pictures, chapters } = found;
  const kind = reason ?? (integratedLufs === null ? "silent" : "");
  const values = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, shown(name, value)]));
  const count = places ?? packets ?? pictures ?? chapters ?? 0;
  return knownText(kind ? `note.${code}.${kind}` : `note.${code}`, { ...values, count }) ?? message;
}

/** @param {string} name @param {any} value */
function shown(name, value) {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "number") return String(value);
  return LENGTHS.includes(name) ? figures.duration(value) : figures.number(value);
}
