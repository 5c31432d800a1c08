/** The user's earlier tasks, page by page, newest first. */

import { ask } from "../service/api.js";
import { conversions, forget, mergeTasks } from "./conversions.js";
import { stopPlaying } from "../row/player.js";

/** What each filter shows: the task's states, and the page's own. */
export const FILTERS = {
  all: { states: [""], statuses: null },
  running: {
    states: ["CONVERTING", "UPLOADED", "WAITING"],
    statuses: ["queued", "sending", "interrupted", "stuck", "waiting", "arrived", "converting"],
  },
  ready: { states: ["PROCESSED"], statuses: ["ready"] },
  failed: { states: ["FAILED", "CANCELLED", "EXPIRED"], statuses: ["failed", "cancelled", "expired"] },
};

const PAGE_SIZE = 20;
const LARGEST_PAGE = 100;
/** @type {Map<string, string | null>} state → token of its next page; null after the last page */
const next = new Map();

/** Start again, for another user. */
export function forgetHistory() {
  next.clear();
}

/** @param {keyof typeof FILTERS} filter @returns {boolean} whether the API may have more */
export function hasMore(filter) {
  return next.get("") !== null && FILTERS[filter].states.some((state) => next.get(state) !== null);
}

/** Whether nothing has been loaded for it yet. @param {keyof typeof FILTERS} filter */
export function isFresh(filter) {
  return FILTERS[filter].states.every((state) => !next.has(state));
}

/** Load the next page. @param {keyof typeof FILTERS} filter */
export async function loadMore(filter) {
  const open = FILTERS[filter].states.filter((state) => next.get(state) !== null);
  await Promise.all(open.map(loadPage));
}

/** Load all remaining pages. @param {keyof typeof FILTERS} filter */
export async function loadAll(filter) {
  while (hasMore(filter)) await loadMore(filter);
}

/** Load what was added, changed or deleted elsewhere: one page, as long as the list if possible. */
export async function refreshList() {
  const before = conversions().filter(({ task }) => task);
  const size = Math.min(Math.max(PAGE_SIZE, before.length), LARGEST_PAGE);
  const { tasks, nextPageToken } = await pageOf("", null, size);
  mergeTasks(tasks);
  const there = new Set(tasks.map((/** @type {any} */ { id }) => id));
  const oldest = nextPageToken ? tasks.at(-1).createdAt : "";
  for (const gone of before) {
    // RFC 3339 in UTC, all of the same length, so they can be compared as strings.
    if (there.has(gone.task.id) || gone.task.createdAt <= oldest) continue;
    stopPlaying(gone);
    forget(gone);
  }
}

/** @param {string} state */
async function loadPage(state) {
  const page = await pageOf(state, next.get(state) ?? null);
  next.set(state, page.nextPageToken ?? null);
  mergeTasks(page.tasks);
}

/** @param {string} state empty: any @param {string | null} token null: the first page @param {number} [size] */
async function pageOf(state, token, size = PAGE_SIZE) {
  const query = new URLSearchParams({ pageSize: String(size) });
  if (state) query.set("state", state);
  if (token) query.set("pageToken", token);
  return ask("GET", `tasks?${query}`);
}
