/** Polls the tasks that are not final: a few at a time, less often while nothing changes. */

import { call } from "../service/api.js";
import { conversions, forget, isOpen, isUnderWay, mergeTasks, statusOf } from "./conversions.js";
import { pause } from "../service/retries.js";
import { Problem } from "../service/problem.js";
import { signedInAs } from "../account/session.js";

const AT_A_TIME = 8;
const SHORTEST_MS = 700;
const LONGEST_MS = 6_000;
// If all that is left is files that may never be uploaded.
const IDLE_MS = 30_000;
const SLOWER = 1.3;
const HIDDEN_MS = 30_000;

/** @type {Map<string, string>} */
const tags = new Map();
let turn = 0;

/** Poll as long as the page is open. */
export async function watch() {
  for (let wait = SHORTEST_MS; ;) {
    await rest(wait);
    const slower = signedInAs() ? await lookAtSome() : null;
    const longest = conversions().some(isUnderWay) ? LONGEST_MS : IDLE_MS;
    wait = slower ? Math.min(longest, wait * slower) : SHORTEST_MS;
  }
}

/**
 * Poll the next few tasks.
 * @returns {Promise<number | null>} factor for the next pause; null after a change, or if all are final
 */
async function lookAtSome() {
  const all = conversions().filter(isOpen);
  if (!all.length) return null;
  const begin = turn % all.length;
  const chosen = [...all.slice(begin), ...all.slice(0, begin)].slice(0, AT_A_TIME);
  turn = begin + AT_A_TIME;
  const found = await Promise.all(chosen.map(look));
  // The pause grows by SLOWER only after a round through all tasks.
  return found.some(Boolean) ? null : SLOWER ** (chosen.length / all.length);
}

/** @param {import("./conversions.js").Conversion} conversion @returns {Promise<boolean>} whether it has changed */
async function look(conversion) {
  const { id, updatedAt } = conversion.task;
  const tag = tags.get(id);
  // Another device may have uploaded it, or may be about to.
  const query = statusOf(conversion) === "waiting" ? "?upload=check" : "";
  try {
    const answer = await call("GET", `tasks/${id}${query}`, { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 304) return false;
    tags.set(id, answer.headers.get("ETag") ?? "");
    const task = await answer.json();
    mergeTasks([task]);
    return task.updatedAt !== updatedAt;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    // Deleted on another device, or because of its age.
    if (problem.status === 404) forget(conversion);
    return false;
  }
}

/** @param {number} ms */
async function rest(ms) {
  if (!document.hidden) return pause(ms);
  const shown = new AbortController();
  const wake = () => shown.abort();
  addEventListener("visibilitychange", wake, { once: true });
  await pause(HIDDEN_MS, shown.signal).catch(() => undefined);
  removeEventListener("visibilitychange", wake);
}
