/** Remembers the upload sessions that have not ended, so that a file goes on where it was after a reload or a crash. */

import { drop, keep, kept } from "./storage.js";

/** @typedef {{url: string, name: string, size: number, lastModified: number, openedAt: number}} Session times in ms */

const STORED = "sonube.uploads";
// Cloud Storage forgets a session after a week.
const LIFETIME_MS = 6 * 24 * 3600 * 1000;

/**
 * The session of a task's upload, if it was this file's.
 * @param {string} taskId
 * @param {File} file
 * @returns {string | null}
 */
export function sessionOf(taskId, { name, size, lastModified }) {
  const session = sessions()[taskId];
  const isSame = session?.name === name && session.size === size && session.lastModified === lastModified;
  return isSame ? session.url : null;
}

/**
 * @param {string} taskId
 * @param {File} file
 * @param {string} url of the session
 */
export function keepSession(taskId, { name, size, lastModified }, url) {
  store({ ...sessions(), [taskId]: { url, name, size, lastModified, openedAt: Date.now() } });
}

/** @param {string} taskId */
export function forgetSession(taskId) {
  const { [taskId]: gone, ...rest } = sessions();
  if (gone) store(rest);
}

/** Whoever comes next has no business with them. */
export function forgetSessions() {
  drop(STORED);
}

/** @returns {Record<string, Session>} */
function sessions() {
  return JSON.parse(kept(STORED) ?? "{}");
}

/** @param {Record<string, Session>} all those that have run out are left out */
function store(all) {
  const recent = Object.entries(all).filter(([, { openedAt }]) => Date.now() - openedAt < LIFETIME_MS);
  keep(STORED, JSON.stringify(Object.fromEntries(recent)));
}
