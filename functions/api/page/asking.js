/** Asks before something that cannot be undone. */

import { byId } from "./dom.js";

/** @type {(isYes: boolean) => void} tells whoever asked last */
let decide = () => {};

/**
 * Ask; Escape is a no.
 * @param {string} question
 * @param {string} yes what the button that agrees says
 * @returns {Promise<boolean>}
 */
export function agreed(question, yes) {
  const dialog = byId("question");
  // The browser tells of a closed dialog a moment later: the next question may be there by then.
  decide(false);
  dialog.onclose = () => dialog.open || decide(dialog.returnValue === "yes");
  byId("question-text").textContent = question;
  byId("question-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => (decide = resolve));
}
