/** Calls of the API with the user's token. */

import { problemOf } from "./problem.js";
import { reach } from "./reaching.js";
import { idToken } from "../account/session.js";

/**
 * @typedef {object} Wanted
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {boolean} [open] whether the route needs no token
 */

/**
 * Call a route.
 * @param {string} method
 * @param {string} path below `/api/`
 * @param {Wanted} [wanted]
 * @returns {Promise<Response>} with a status below 400
 * @throws {Problem} refused or unreachable
 */
export async function call(method, path, wanted = {}) {
  const answer = await send(method, path, wanted, false);
  const renewed = answer.status === 401 && !wanted.open ? await send(method, path, wanted, true) : answer;
  if (renewed.status >= 400) throw await problemOf(renewed);
  return renewed;
}

/**
 * Call a route and read its JSON.
 * @param {string} method
 * @param {string} path
 * @param {Wanted} [wanted]
 * @returns {Promise<any>}
 */
export async function ask(method, path, wanted = {}) {
  const answer = await call(method, path, wanted);
  return answer.status === 204 ? null : answer.json();
}

/** @param {string} method @param {string} path @param {Wanted} wanted @param {boolean} renewed */
async function send(method, path, wanted, renewed) {
  const headers = { ...wanted.headers };
  if (!wanted.open) headers.Authorization = `Bearer ${await idToken(renewed)}`;
  if (wanted.body !== undefined) headers["Content-Type"] = "application/json";
  const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body);
  return reach(`api/${path}`, { method, headers, body });
}
