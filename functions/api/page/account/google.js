/** Signing in at Google by the page itself: Google's limits then count this visitor's address, not the service's. */

import { Problem, problemOf } from "../service/problem.js";
import { reach } from "../service/reaching.js";
import { language } from "../words/language.js";
import { problemOfRefusal } from "./refusals.js";

/** The wait after 100 new accounts in an hour from one address. */
const SIGN_UP_WAIT_S = 3600;

/** @typedef {{apiKey: string, identityToolkitUrl: string, secureTokenUrl: string}} Config */
/** @typedef {{idToken: string, refreshToken: string, expiresIn: number | string}} Tokens */

/** @type {Promise<Config> | null} */
let known = null;

/**
 * Create an account.
 * @param {string} email
 * @param {string} password
 * @returns {Promise<Tokens>}
 */
export async function signUp(email, password) {
  try {
    return await ask("signUp", { email, password, returnSecureToken: true });
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 429) problem.retryAfterS = SIGN_UP_WAIT_S;
    throw problem;
  }
}

/** @param {string} email @param {string} password @returns {Promise<Tokens>} */
export function signIn(email, password) {
  return ask("signInWithPassword", { email, password, returnSecureToken: true });
}

/**
 * Check the password of the user who is signed in.
 * @param {string} email
 * @param {string} password
 * @returns {Promise<Tokens>} of a new session
 */
export async function confirmPassword(email, password) {
  try {
    return await signIn(email, password);
  } catch (problem) {
    const isWrong = problem instanceof Problem && problem.code === "invalid_credentials";
    throw isWrong ? new Problem("wrong_password", { status: 403 }) : problem;
  }
}

/** @param {string} refreshToken @returns {Promise<Tokens>} */
export async function refresh(refreshToken) {
  const { apiKey, secureTokenUrl } = await config();
  // A form: the browser need not ask first whether it may send it.
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
  const answer = await post(`${secureTokenUrl}/token?key=${apiKey}`, form);
  return { idToken: answer.id_token, refreshToken: answer.refresh_token, expiresIn: answer.expires_in };
}

/** Send a mail for a forgotten password; of an unknown address, nothing is said. @param {string} email */
export async function sendReset(email) {
  try {
    await ask("sendOobCode", { requestType: "PASSWORD_RESET", email });
  } catch (problem) {
    // Projects without protection of addresses say that there is no such account.
    if (!(problem instanceof Problem) || problem.code !== "invalid_credentials") throw problem;
  }
}

/** Send a mail that verifies the address of an account. @param {string} idToken */
export async function sendVerification(idToken) {
  await ask("sendOobCode", { requestType: "VERIFY_EMAIL", idToken });
}

/**
 * Set another password, which ends all other sessions.
 * @param {string} idToken of a session that is not older than five minutes
 * @param {string} password
 * @returns {Promise<Tokens>}
 */
export function changePassword(idToken, password) {
  return ask("update", { idToken, password, returnSecureToken: true });
}

/** @param {string} method @param {object} body @returns {Promise<any>} */
async function ask(method, body) {
  const { apiKey, identityToolkitUrl } = await config();
  // The language of mails.
  const headers = { "Content-Type": "application/json", "X-Firebase-Locale": language() };
  return post(`${identityToolkitUrl}/accounts:${method}?key=${apiKey}`, JSON.stringify(body), headers);
}

/** @param {string} url @param {BodyInit} body @param {Record<string, string>} [headers] @returns {Promise<any>} */
async function post(url, body, headers) {
  // The key may be meant for this page's address only; the rest of the page tells no other server where it is.
  const request = { method: "POST", body, headers, referrerPolicy: /** @type {const} */ ("strict-origin") };
  const answer = await reach(url, request, "sign_in_unreachable");
  if (!answer.ok) {
    // The key may have been replaced: the next call reads it again.
    known = null;
    throw await problemOfRefusal(answer);
  }
  return answer.json().catch(() => {
    throw new Problem("sign_in_unreachable");
  });
}

/** @returns {Promise<Config>} */
function config() {
  known ??= readConfig().catch((problem) => {
    known = null;
    throw problem;
  });
  return known;
}

/** @returns {Promise<Config>} */
async function readConfig() {
  const answer = await reach("api/config", {});
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()).signIn;
}
