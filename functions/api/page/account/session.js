/** The user's session: the current ID token, and the refresh token that renews it. */

import { Problem } from "../service/problem.js";
import { drop, keep, kept } from "../browser/storage.js";
import { refresh } from "./google.js";

/** @typedef {{email: string, refreshToken: string, idToken: string, expiresAt: number}} Session `expiresAt` in ms */

const STORED = "sonube.session";
const RENEW_BEFORE_MS = 60_000;
/** @type {Set<() => void>} */
const listeners = new Set();
let expired = false;
/** @type {Promise<void> | null} */
let renewal = null;
/** @type {Session | null} */
let session = lastSession();

/** @returns {string | null} the user's e-mail address; null if no one is signed in */
export function signedInAs() {
  return session?.email ?? null;
}

/** @param {() => void} listener called after signing in or out */
export function whenSessionChanges(listener) {
  listeners.add(listener);
}

/**
 * Use a session: of a user who signs in, or a new one of the same user.
 * @param {string} email
 * @param {import("./google.js").Tokens} tokens
 */
export function adopt(email, tokens) {
  take(email, tokens);
  tell();
}

// Another tab has signed in or out, or renewed the tokens. Follow it, so that this tab never restores an ended session.
addEventListener("storage", ({ key }) => {
  if (key !== STORED && key !== null) return;
  const before = signedInAs();
  const wasExpired = expired;
  session = lastSession();
  expired = false;
  if (wasExpired || signedInAs() !== before) tell();
});

/** Whether the service ended the last session, not the user. */
export function hasExpired() {
  return expired;
}

/** Forget the session on this device. */
export function signOut() {
  drop(STORED);
  leave(false);
}

/** @param {boolean} isExpired whether the service refused the session; other tabs find that out themselves */
function leave(isExpired) {
  expired = isExpired;
  session = null;
  tell();
}

/**
 * An ID token that is valid for at least a minute.
 * @param {boolean} [renewed] whether the current one was refused
 * @returns {Promise<string>}
 */
export async function idToken(renewed = false) {
  if (!session) throw new Problem("unauthenticated");
  if (renewed || session.expiresAt - Date.now() < RENEW_BEFORE_MS) {
    renewal ??= renew().finally(() => (renewal = null));
    await renewal;
    if (!session) throw new Problem("unauthenticated");
  }
  return session.idToken;
}

async function renew() {
  const { email, refreshToken } = /** @type {Session} */ (session);
  // The user may sign out during the request, here or in another tab. A tab that renews the tokens keeps the session.
  const lasts = () => session?.refreshToken === refreshToken;
  try {
    const tokens = await refresh(refreshToken);
    if (lasts()) take(email, tokens);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.isPassing) throw problem;
    // Calls that wait for a token see the end of the session in `idToken`, or use a newer session.
    if (lasts()) leave(true);
  }
}

/** @returns {Session | null} of the last visit; null if it cannot be read */
function lastSession() {
  try {
    return JSON.parse(kept(STORED) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} email @param {import("./google.js").Tokens} tokens */
function take(email, { idToken, refreshToken, expiresIn }) {
  const expiresAt = Date.now() + Number(expiresIn) * 1000;
  session = { email, refreshToken, idToken, expiresAt };
  expired = false;
  keep(STORED, JSON.stringify(session));
}

function tell() {
  for (const listener of listeners) listener();
}
