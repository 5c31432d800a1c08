/** Announcements for screen readers. */

import { byId } from "./dom.js";

const TOGETHER_MS = 250;
/** @type {string[]} */
let waiting = [];

/**
 * Announce a sentence in the page's live region, together with others that come within a moment.
 * @param {string} sentence
 */
export function announce(sentence) {
  if (!waiting.length) setTimeout(say, TOGETHER_MS);
  waiting.push(sentence);
}

function say() {
  byId("announcements").textContent = waiting.join(" ");
  waiting = [];
}
