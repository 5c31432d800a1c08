/** The words of the page, in the user's language. */

import { keep, kept } from "../browser/storage.js";
import { english } from "./en.js";
import { spanish } from "./es.js";

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = { en: english, es: spanish };
const REMEMBERED = "sonube.language";
/** @type {Set<() => void>} */
const listeners = new Set();

let current = kept(REMEMBERED) ?? preferred(navigator.languages);

/** @returns {string} `en` or `es` */
export function language() {
  return current;
}

/**
 * Switch to another language.
 * @param {string} name
 */
export function speak(name) {
  current = name;
  keep(REMEMBERED, name);
  translatePage();
  for (const listener of listeners) listener();
}

/**
 * Register a listener for changes of the language.
 * @param {() => void} listener
 */
export function whenLanguageChanges(listener) {
  listeners.add(listener);
}

/**
 * A phrase with its values filled in; a phrase that depends on a number has one form for 1 and one for others.
 * @param {string} key
 * @param {Record<string, string | number>} [values] those in braces; `count` chooses the form
 * @returns {string}
 */
export function text(key, values = {}) {
  return knownText(key, values) ?? key;
}

/**
 * As `text`, or null if there is no such phrase.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string | null}
 */
export function knownText(key, values = {}) {
  const words = LANGUAGES[current];
  const form = "count" in values && Number(values.count) === 1 ? `${key}.one` : key;
  const phrase = words[form] ?? words[key];
  return phrase?.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) ?? null;
}

/** Put the words into index.html: `data-text` names a text, `data-label` an accessible name, `data-hint` a placeholder. */
export function translatePage() {
  document.documentElement.lang = current;
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = text(/** @type {HTMLElement} */ (node).dataset.text ?? "");
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", text(/** @type {HTMLElement} */ (node).dataset.label ?? ""));
  }
  for (const node of document.querySelectorAll("[data-hint]")) {
    node.setAttribute("placeholder", text(/** @type {HTMLElement} */ (node).dataset.hint ?? ""));
  }
}

/** @param {readonly string[]} wishes */
function preferred(wishes) {
  return wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find((wish) => wish in LANGUAGES) ?? "en";
}
