/** Asks for confirmation before something that cannot be undone. */

import { byId } from "./dom.js";

/** @type {(isYes: boolean) => void} answers the last question */
let decide = () => {};

/**
 * Ask for confirmation. Escape means no.
 * @param {string} question
 * @param {string} yes text of the confirming button
 * @returns {Promise<boolean>}
 */
export function isConfirmed(question, yes) {
  const dialog = byId("question");
  // The close event comes a moment later; by then the next question may be open.
  decide(false);
  dialog.onclose = () => dialog.open || decide(dialog.returnValue === "yes");
  byId("question-text").textContent = question;
  byId("question-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => (decide = resolve));
}
