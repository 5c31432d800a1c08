/** Waiting: with a limit, with jitter, and no longer than until the connection is back. */

import { Problem } from "./problem.js";

const FIRST_MS = 500;
const MOST_MS = 15_000;
const MOST_FAILURES = 8;

/**
 * Wait, or less if the machine comes online meanwhile.
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
 * How long to wait after so many failures in a row: twice as long each time, give or take a third.
 * @param {number} failures 1 for the first
 * @returns {number} in ms
 */
export function backoff(failures) {
  if (!navigator.onLine) return MOST_MS;
  const jitter = 2 / 3 + Math.random() * (2 / 3);
  return Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1)) * jitter;
}

/**
 * One failure more, unless the machine itself knows that it has no network: that may last, and is nobody's fault.
 * @param {number} failures
 * @returns {number}
 */
export function oneMore(failures) {
  return navigator.onLine ? failures + 1 : failures;
}

/**
 * Try until it succeeds, or fails for good, or has failed too often.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {AbortSignal} [signal]
 * @param {(problem: Problem) => void} [onFailure] told of each failure but the last
 * @returns {Promise<T>}
 */
export async function insist(attempt, signal, onFailure) {
  for (let failures = 0; ;) {
    try {
      return await attempt();
    } catch (problem) {
      failures = oneMore(failures);
      if (!(problem instanceof Problem) || !problem.isPassing || failures === MOST_FAILURES) throw problem;
      onFailure?.(problem);
      await pause((problem.retryAfterS ?? 0) * 1000 || backoff(failures), signal);
    }
  }
}
