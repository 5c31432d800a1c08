/** The form behind the link of a mail: choosing a password, which verifies the address. */

import { byId } from "../browser/dom.js";
import { ask } from "../service/api.js";
import { explain } from "../service/problem.js";
import { text } from "../words/language.js";
import { adopt, signOut } from "./session.js";

const MODES = ["resetPassword", "verifyEmail"];

/** Show the form if the page was opened by the link of a mail. Opening it does not use up the code. */
export async function startMailCode() {
  const query = new URLSearchParams(location.search);
  const code = query.get("oobCode");
  if (!code || !MODES.includes(query.get("mode") ?? "")) return;
  // The code must not stay in the history, nor be sent again by a reload.
  history.replaceState(null, "", location.pathname);
  signOut();
  show(true);
  byId("mail-code").addEventListener("submit", (/** @type {SubmitEvent} */ event) => save(event, code));
  byId("mail-code-leave").addEventListener("click", () => show(false));
  try {
    const { email } = await ask("POST", "auth/code", { body: { code }, open: true });
    byId("mail-code-email").value = email;
    byId("mail-code-about").textContent = text("mail.about", { email });
  } catch (problem) {
    byId("mail-code-problem").textContent = explain(/** @type {any} */ (problem));
    // No password helps: what remains is the way back, where another mail can be asked for.
    byId("mail-code-enter").hidden = true;
    byId("mail-code-password").closest(".field").hidden = true;
  }
}

/** @param {SubmitEvent} event @param {string} code */
async function save(event, code) {
  event.preventDefault();
  byId("mail-code-enter").disabled = true;
  byId("mail-code-problem").textContent = "";
  try {
    const password = byId("mail-code-password").value;
    const answer = await ask("POST", "auth/reset", { body: { code, password }, open: true });
    show(false);
    adopt(byId("mail-code-email").value, answer);
  } catch (problem) {
    byId("mail-code-problem").textContent = explain(/** @type {any} */ (problem));
  } finally {
    byId("mail-code-enter").disabled = false;
  }
}

/** @param {boolean} isShown */
function show(isShown) {
  byId("mail-code").hidden = !isShown;
  byId("account").hidden = isShown;
  byId("mail-code").reset();
  byId(isShown ? "mail-code-title" : "account-title").focus({ preventScroll: true });
}
