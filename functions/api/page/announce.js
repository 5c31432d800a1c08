/** Says things to those who hear the page. */

import { byId } from "./dom.js";

const TOGETHER_MS = 250;
/** @type {string[]} */
let waiting = [];

/**
 * Say a sentence in the page's live region; several that come together are said together.
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
