/** The tasks of earlier days, page by page, newest first. */

import { ask } from "./api.js";
import { conversions, forget, mergeTasks } from "./conversions.js";
import { silence } from "./player.js";

/** What the filter shows: the task's states, the stands of the page. */
export const FILTERS = {
  all: { states: [""], stands: null },
  running: {
    states: ["CONVERTING", "UPLOADED", "WAITING"],
    stands: ["queued", "sending", "interrupted", "stuck", "waiting", "arrived", "converting"],
  },
  ready: { states: ["PROCESSED"], stands: ["ready"] },
  failed: { states: ["FAILED", "CANCELLED", "EXPIRED"], stands: ["failed", "cancelled", "expired"] },
};

const PAGE_SIZE = 20;
const LARGEST_PAGE = 100;
/** @type {Map<string, string | null>} state → token of its next page; null once all is there */
const next = new Map();

/** Begin anew, as when somebody else signs in. */
export function forgetHistory() {
  next.clear();
}

/** @param {keyof typeof FILTERS} filter @returns {boolean} whether the API may have more */
export function hasMore(filter) {
  return next.get("") !== null && FILTERS[filter].states.some((state) => next.get(state) !== null);
}

/** Whether nothing was ever loaded for it. @param {keyof typeof FILTERS} filter */
export function isFresh(filter) {
  return FILTERS[filter].states.every((state) => !next.has(state));
}

/** Load a further page. @param {keyof typeof FILTERS} filter */
export async function loadMore(filter) {
  const open = FILTERS[filter].states.filter((state) => next.get(state) !== null);
  await Promise.all(open.map(loadPage));
}

/** Load all that there is. @param {keyof typeof FILTERS} filter */
export async function loadAll(filter) {
  while (hasMore(filter)) await loadMore(filter);
}

/** See what came, changed or went elsewhere meanwhile: among as many of the newest as are known, within a page. */
export async function lookAgain() {
  const before = conversions().filter(({ task }) => task);
  const size = Math.min(Math.max(PAGE_SIZE, before.length), LARGEST_PAGE);
  const { tasks, nextPageToken } = await pageOf("", null, size);
  mergeTasks(tasks);
  const there = new Set(tasks.map((/** @type {any} */ { id }) => id));
  const oldest = nextPageToken ? tasks.at(-1).createdAt : "";
  for (const gone of before) {
    // RFC 3339 in UTC, all of one length: the order of the letters is that of the times.
    if (there.has(gone.task.id) || gone.task.createdAt <= oldest) continue;
    silence(gone);
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
