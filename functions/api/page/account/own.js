/** The dialog about one's own account: verification, password, sessions, deletion. */

import { isConfirmed } from "../browser/confirming.js";
import { byId } from "../browser/dom.js";
import { ask, call } from "../service/api.js";
import { explain } from "../service/problem.js";
import { text } from "../words/language.js";
import { adopt, signedInAs, signOut } from "./session.js";

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
}

/** Send a mail to verify the address. */
export async function verify() {
  await call("POST", "account/verification");
  say(text("account.sent", { email: signedInAs() ?? "" }));
}

async function change() {
  const body = { currentPassword: byId("own-current").value, newPassword: byId("own-new").value };
  adopt(signedInAs() ?? "", await ask("POST", "account/password", { body }));
  byId("own-password").reset();
  say(text("own.changed"));
}

async function signOutEverywhere() {
  await call("POST", "account/signout");
  leave();
}

async function remove() {
  const body = { currentPassword: byId("own-current").value };
  if (!(await isConfirmed(text("own.question"), text("own.delete")))) return;
  await call("POST", "account/delete", { body });
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
