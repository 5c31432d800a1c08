/** The form for signing in and up, and the header with the user's address. */

import { isConfirmed } from "../browser/confirming.js";
import { byId } from "../browser/dom.js";
import { text, whenLanguageChanges } from "../words/language.js";
import { explain } from "../service/problem.js";
import { filesUnderWay } from "../upload/sending.js";
import { sendReset, sendVerification, signIn, signUp } from "./google.js";
import { adopt, hasExpired, idToken, signedInAs, signOut, whenSessionChanges } from "./session.js";
import { areOthersUploading } from "../browser/tabs.js";

let isNew = false;

/** Make the form and the sign-out button work. */
export function startAccount() {
  byId("account").addEventListener("submit", submit);
  byId("other-way").addEventListener("click", () => {
    isNew = !isNew;
    draw();
    byId("email").focus();
  });
  byId("forgot").addEventListener("click", forgot);
  byId("sign-out").addEventListener("click", leave);
  whenSessionChanges(show);
  whenLanguageChanges(draw);
  show();
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  byId("enter").disabled = true;
  byId("account-problem").textContent = "";
  try {
    const isSigningUp = isNew;
    const email = byId("email").value;
    adopt(email, await (isSigningUp ? signUp : signIn)(email, byId("password").value));
    byId("account").reset();
    // If the mail cannot be sent now, the dialog about the account offers it again.
    if (isSigningUp) idToken().then(sendVerification).catch(() => undefined);
    byId("choose").focus({ preventScroll: true });
  } catch (problem) {
    byId("account-problem").textContent = explain(/** @type {any} */ (problem));
  } finally {
    byId("enter").disabled = false;
  }
}

async function forgot() {
  byId("account-problem").textContent = "";
  byId("account-note").textContent = "";
  if (!byId("email").reportValidity()) return;
  const email = byId("email").value;
  try {
    await sendReset(email);
    byId("account-note").textContent = text("account.sentIfKnown", { email });
  } catch (problem) {
    byId("account-problem").textContent = explain(/** @type {any} */ (problem));
  }
}

async function leave() {
  const count = filesUnderWay();
  const here = count ? [text("question.leave", { count })] : [];
  const elsewhere = (await areOthersUploading()) ? [text("question.leaveOthers")] : [];
  const losses = [...here, ...elsewhere].join(" ");
  if (losses && !(await isConfirmed(losses, text("top.signOut")))) return;
  signOut();
  byId("account-title").focus({ preventScroll: true });
}

function show() {
  const email = signedInAs();
  // After signing out, the user has an account.
  isNew = false;
  document.body.classList.toggle("signed-in", email !== null);
  byId("welcome").hidden = email !== null;
  byId("studio").hidden = email === null;
  byId("who").hidden = email === null;
  byId("who-email").textContent = email ?? "";
  draw();
  if (hasExpired()) byId("account-problem").textContent = text("problem.unauthenticated");
}

function draw() {
  byId("account-title").textContent = text(isNew ? "account.signUp" : "account.signIn");
  byId("enter").textContent = text(isNew ? "account.create" : "account.enter");
  byId("other-way").textContent = text(isNew ? "account.haveOne" : "account.haveNone");
  byId("password").autocomplete = isNew ? "new-password" : "current-password";
  byId("password-hint").hidden = !isNew;
  byId("forgot").hidden = isNew;
  byId("account-note").textContent = "";
  byId("account-problem").textContent = "";
}
