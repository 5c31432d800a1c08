/** The dialog about one's own account: verification, password, sessions, deletion. */

import { isConfirmed } from "../browser/confirming.js";
import { byId } from "../browser/dom.js";
import { ask, call } from "../service/api.js";
import { explain } from "../service/problem.js";
import { text } from "../words/language.js";
import { changePassword, confirmPassword, sendVerification } from "./google.js";
import { adopt, idToken, signedInAs, signOut } from "./session.js";
import { showUsage } from "./usage.js";

/** Make the dialog work. */
export function startOwnAccount() {
  byId("own-account").addEventListener("click", open);
  byId("own-close").addEventListener("click", () => byId("own").close());
  byId("own-verify").addEventListener("click", () => attempt(verify));
  byId("own-signout").addEventListener("click", () => attempt(signOutEverywhere));
  byId("own-delete").addEventListener("click", () => byId("own-current").reportValidity() && attempt(remove));
  byId("own-password").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    attempt(change);
  });
}

async function open() {
  byId("own-password").reset();
  say("");
  byId("own-email").textContent = signedInAs() ?? "";
  byId("own-verified").textContent = "";
  byId("own-verify").hidden = true;
  byId("own").showModal();
  await attempt(async () => {
    const { emailVerified } = await ask("GET", "account");
    byId("own-verified").textContent = text(emailVerified ? "own.isVerified" : "own.isNotVerified");
    byId("own-verify").hidden = emailVerified;
  });
  await attempt(showUsage);
}

/** Send a mail to verify the address. */
export async function verify() {
  await sendVerification(await idToken());
  say(text("account.sent", { email: signedInAs() ?? "" }));
}

async function change() {
  const email = signedInAs() ?? "";
  const recent = await confirmPassword(email, byId("own-current").value);
  adopt(email, await changePassword(recent.idToken, byId("own-new").value));
  byId("own-password").reset();
  say(text("own.changed"));
}

async function signOutEverywhere() {
  await call("POST", "account/signout");
  leave();
}

async function remove() {
  if (!(await isConfirmed(text("own.question"), text("own.delete")))) return;
  const email = signedInAs() ?? "";
  // The service deletes only for those who have just entered their password.
  adopt(email, await confirmPassword(email, byId("own-current").value));
  await call("POST", "account/delete", { body: {} });
  leave();
}

function leave() {
  byId("own").close();
  signOut();
}

/** @param {() => Promise<void>} work */
async function attempt(work) {
  byId("own-problem").textContent = "";
  try {
    await work();
  } catch (problem) {
    say("");
    byId("own-problem").textContent = explain(/** @type {any} */ (problem));
  }
}

/** @param {string} note */
function say(note) {
  byId("own-note").textContent = note;
  byId("own-problem").textContent = "";
}
