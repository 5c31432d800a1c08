/** Remembers uploads across a reload or a crash: unfinished sessions to continue, and finished uploads. */

import { drop, keep, kept } from "../browser/storage.js";

/** @typedef {{url: string, name: string, size: number, lastModified: number, openedAt: number}} Session times in ms */

const STORED = "sonube.uploads";
// Tasks whose file this browser has uploaded: until convert begins, the task itself does not say so.
const FINISHED = "sonube.uploaded";
const MOST_FINISHED = 500;
// Sessions of Cloud Storage expire after a week.
const LIFETIME_MS = 6 * 24 * 3600 * 1000;

/**
 * The session of a task's upload, if it was for this file.
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

/** @param {string} taskId whose file is in the bucket */
export function noteUploaded(taskId) {
  keep(FINISHED, JSON.stringify([...finished().filter((id) => id !== taskId), taskId].slice(-MOST_FINISHED)));
}

/** Whether this browser has uploaded the file of a task. @param {string} taskId */
export function wasUploaded(taskId) {
  return finished().includes(taskId);
}

/** Forget all uploads, because another user may sign in. */
export function forgetSessions() {
  drop(STORED);
  drop(FINISHED);
}

/** @returns {string[]} */
function finished() {
  return JSON.parse(kept(FINISHED) ?? "[]");
}

/** @returns {Record<string, Session>} */
function sessions() {
  return JSON.parse(kept(STORED) ?? "{}");
}

/** @param {Record<string, Session>} all expired ones are left out */
function store(all) {
  const recent = Object.entries(all).filter(([, { openedAt }]) => Date.now() - openedAt < LIFETIME_MS);
  keep(STORED, JSON.stringify(Object.fromEntries(recent)));
}
