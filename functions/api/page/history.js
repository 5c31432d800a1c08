/** The tasks of earlier days, page by page, newest first. */

import { ask } from "./api.js";
import { mergeTasks } from "./conversions.js";

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
/** @type {Map<string, string | null>} state → token of its next page; null once all is there */
const next = new Map();

/** Begin anew, as when somebody else signs in. */
export function forgetHistory() {
  next.clear();
}

/** @param {keyof typeof FILTERS} filter @returns {boolean} whether the API may have more */
export function hasMore(filter) {
  return FILTERS[filter].states.some((state) => next.get(state) !== null);
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

/** See what came or changed elsewhere meanwhile, among the newest. */
export async function lookAgain() {
  mergeTasks((await pageOf("", null)).tasks);
}

/** @param {string} state */
async function loadPage(state) {
  const page = await pageOf(state, next.get(state) ?? null);
  next.set(state, page.nextPageToken ?? null);
  mergeTasks(page.tasks);
}

/** @param {string} state empty: any @param {string | null} token null: the first page */
async function pageOf(state, token) {
  const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
  if (state) query.set("state", state);
  if (token) query.set("pageToken", token);
  return ask("GET", `tasks?${query}`);
}
