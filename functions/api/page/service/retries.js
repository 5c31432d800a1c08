/** Retries with growing, jittered pauses, which end early when the connection is back. */

import { Problem } from "./problem.js";

const FIRST_MS = 500;
const MOST_MS = 15_000;
const MOST_FAILURES = 8;

/**
 * Wait, or until the machine comes online.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      done();
      reject(new Problem("cancelled"));
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}

/**
 * The pause after a number of failures in a row: it doubles each time, and varies by a third.
 * @param {number} failures 1 for the first
 * @returns {number} in ms
 */
export function backoff(failures) {
  if (!navigator.onLine) return MOST_MS;
  const jitter = 2 / 3 + Math.random() * (2 / 3);
  return Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1)) * jitter;
}

/**
 * Count a failure, unless the machine knows that it is offline, which may last.
 * @param {number} failures
 * @returns {number}
 */
export function countFailure(failures) {
  return navigator.onLine ? failures + 1 : failures;
}

/**
 * Retry until success, a permanent failure, or too many failures.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {AbortSignal} [signal]
 * @param {(problem: Problem) => void} [onFailure] called for each failure except the last
 * @returns {Promise<T>}
 */
export async function withRetries(attempt, signal, onFailure) {
  for (let failures = 0; ;) {
    try {
      return await attempt();
    } catch (problem) {
      failures = countFailure(failures);
      if (!(problem instanceof Problem) || !problem.isPassing || failures === MOST_FAILURES) throw problem;
      onFailure?.(problem);
      await pause((problem.retryAfterS ?? 0) * 1000 || backoff(failures), signal);
    }
  }
}
