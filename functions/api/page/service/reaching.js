/** Requests with a deadline. */

import { Problem } from "./problem.js";

const TIMEOUT_MS = 30_000;

/**
 * @param {string} url
 * @param {RequestInit} request
 * @param {string} [unreachable] code of the problem if nothing answers, although the machine is online
 * @returns {Promise<Response>}
 * @throws {Problem} nothing answers in time
 */
export async function reach(url, request, unreachable = "offline") {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Problem(navigator.onLine ? unreachable : "offline");
  }
}
