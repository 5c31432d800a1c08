/** Asks before something that cannot be undone. */

import { byId } from "./dom.js";

/**
 * Ask; Escape is a no.
 * @param {string} question
 * @param {string} yes what the button that agrees says
 * @returns {Promise<boolean>}
 */
export function agreed(question, yes) {
  const dialog = byId("question");
  byId("question-text").textContent = question;
  byId("question-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
