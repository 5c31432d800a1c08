/** Who is signed in: the ID token of the moment, and the refresh token that renews it. */

import { Problem, problemOf } from "./problem.js";
import { drop, keep, kept } from "./storage.js";

/** @typedef {{email: string, refreshToken: string, idToken: string, expiresAt: number}} Session `expiresAt` in ms */

const STORED = "sonube.session";
const RENEW_BEFORE_MS = 60_000;
/** @type {Set<() => void>} */
const listeners = new Set();
let runOut = false;
/** @type {Promise<void> | null} */
let renewal = null;
/** @type {Session | null} */
let session = lastSession();

/** @returns {string | null} the e-mail of whoever is signed in */
export function signedInAs() {
  return session?.email ?? null;
}

/** @param {() => void} listener called after signing in or out */
export function whenSessionChanges(listener) {
  listeners.add(listener);
}

/**
 * Sign in, or up if `route` is `signup`.
 * @param {"login" | "signup"} route
 * @param {string} email
 * @param {string} password
 */
export async function enter(route, email, password) {
  take(email, await post(route, { email, password }));
  tell();
}

// Another tab has signed in or out, or renewed the tokens: this one goes along, lest it write an ended session back.
addEventListener("storage", ({ key }) => {
  if (key !== STORED && key !== null) return;
  const before = signedInAs();
  const hadRunOut = runOut;
  session = lastSession();
  runOut = false;
  if (hadRunOut || signedInAs() !== before) tell();
});

/** Whether it was not the reader who ended the last session. */
export function hasRunOut() {
  return runOut;
}

/** Forget the session on this device. */
export function signOut() {
  drop(STORED);
  leave(false);
}

/** @param {boolean} isRunOut what was refused here says nothing of the other tabs: they find out by themselves */
function leave(isRunOut) {
  runOut = isRunOut;
  session = null;
  tell();
}

/**
 * An ID token that is good for a minute at least.
 * @param {boolean} [renewed] whether the one that we have was refused
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
  // Somebody may sign out meanwhile, here or in another tab; what that one only writes again is the same session.
  const lasts = () => session?.refreshToken === refreshToken;
  try {
    const answer = await post("refresh", { refreshToken });
    if (lasts()) take(email, answer);
  } catch (problem) {
    if (lasts() && problem instanceof Problem && !problem.isPassing) leave(true);
    throw problem;
  }
}

/** @returns {Session | null} of the last visit; what cannot be read is none */
function lastSession() {
  try {
    return JSON.parse(kept(STORED) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} email @param {any} answer */
function take(email, answer) {
  const expiresAt = Date.now() + Number(answer.expiresIn) * 1000;
  session = { email, refreshToken: answer.refreshToken, idToken: answer.idToken, expiresAt };
  runOut = false;
  keep(STORED, JSON.stringify(session));
}

function tell() {
  for (const listener of listeners) listener();
}

/** @param {string} route @param {Record<string, string>} body */
async function post(route, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`api/auth/${route}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  }).catch(() => {
    throw new Problem("offline");
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}
