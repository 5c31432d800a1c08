/** The list of conversions: one row each, filtered. The end of a conversion is announced. */

import { downloadAll } from "../conversions/actions.js";
import { announce } from "../browser/announce.js";
import { conversions, isUnderWay, statusOf, whenConversionsChange } from "../conversions/conversions.js";
import { byId } from "../browser/dom.js";
import { FILTERS, hasMore, isFresh, loadAll, loadMore, refreshList } from "../conversions/history.js";
import { text, whenLanguageChanges } from "../words/language.js";
import { sketch } from "../row/outlines.js";
import { withRetries } from "../service/retries.js";
import { whenPlayerChanges } from "../row/player.js";
import { explain } from "../service/problem.js";
import { Row } from "../row/row.js";
import { signedInAs } from "../account/session.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

const SAID = new Set(["ready", "failed", "stuck", "interrupted"]);
// While more than this number are in progress, results are announced together.
const FEW = 3;
/** @type {string[]} names of files that are ready but not announced yet */
let unsaid = [];
/** @type {Map<Conversion, Row>} */
const rows = new Map();
/** @type {WeakMap<Conversion, string>} */
const lastStatus = new WeakMap();

/** Show the list from now on. */
export function startList() {
  whenConversionsChange((conversion) => (conversion ? update(conversion) : drawAll()));
  whenPlayerChanges(() => rows.forEach((row) => row.updatePlayer()));
  whenLanguageChanges(() => {
    rows.forEach((row) => row.update());
    drawAll();
  });
  byId("filter").addEventListener("change", () => {
    drawAll();
    if (isFresh(filter())) showMore();
  });
  byId("show-more").addEventListener("click", showMore);
  byId("download-all").addEventListener("click", saveAll);
  // Show what another tab or device has done. If that fails, the list stays as it is.
  addEventListener(
    "visibilitychange",
    () => !document.hidden && signedInAs() && refreshList().catch(() => undefined),
  );
}

/** Load the next page of what the filter shows. */
export function showMore() {
  return load(() => loadMore(filter()));
}

/** Save all results, including those that are not shown yet. */
async function saveAll() {
  if (await load(() => loadAll("ready"))) await downloadAll();
}

/** @param {() => Promise<void>} attempt @returns {Promise<boolean>} whether it succeeded; a problem is shown */
async function load(attempt) {
  showProblem("");
  try {
    await withRetries(attempt, undefined, (problem) => showProblem(explain(problem)));
    showProblem("");
    return true;
  } catch (problem) {
    showProblem(explain(/** @type {any} */ (problem)));
    return false;
  } finally {
    drawAll();
  }
}

/** @param {string} message set only if it is new, because a change is announced */
function showProblem(message) {
  if (byId("list-problem").textContent !== message) byId("list-problem").textContent = message;
}

/** @returns {keyof typeof FILTERS} */
function filter() {
  return byId("filter").querySelector("input:checked").value;
}

function drawAll() {
  const all = conversions();
  for (const known of rows.keys()) if (!all.includes(known)) rows.delete(known);
  const { statuses } = FILTERS[filter()];
  const shown = all.filter((one) => !statuses || statuses.includes(statusOf(one)));
  const nodes = shown.map((one) => rowOf(one).node);
  const list = byId("list");
  const hadFocus = list.contains(document.activeElement);
  // Rows that stay are not moved, so focus and dragging continue.
  nodes.forEach((node, n) => node !== list.children[n] && list.insertBefore(node, list.children[n] ?? null));
  while (list.children.length > nodes.length) list.lastElementChild.remove();
  // If the focused row was removed, move the focus to the title.
  if (hadFocus && !list.contains(document.activeElement)) byId("list-title").focus();
  byId("nothing").hidden = nodes.length > 0 || isFresh(filter());
  byId("nothing").textContent = text(all.length ? `nothing.${filter()}` : "nothing.all");
  const isFirstLook = !all.length && !byId("list-problem").textContent;
  byId("show-more").hidden = !hasMore(filter()) || isFirstLook;
  drawCount(all);
}

/** @param {Conversion} conversion */
function update(conversion) {
  rowOf(conversion).update();
  sketch(conversion, rowOf(conversion).wave);
  const status = statusOf(conversion);
  if (lastStatus.get(conversion) === status) return;
  lastStatus.set(conversion, status);
  if (SAID.has(status)) say(status, conversion.filename);
  drawAll();
}

/** @param {string} status @param {string} name of the file */
function say(status, name) {
  if (status === "ready") unsaid.push(name);
  else announce(text(`said.${status}`, { name }));
  if (!unsaid.length || conversions().filter(isUnderWay).length > FEW) return;
  announce(
    text(unsaid.length > 1 ? "said.readyMany" : "said.ready", { count: unsaid.length, name: unsaid[0] }),
  );
  unsaid = [];
}

/** @param {Conversion} conversion @returns {Row} */
function rowOf(conversion) {
  const known = rows.get(conversion);
  if (known) return known;
  const row = new Row(conversion);
  rows.set(conversion, row);
  lastStatus.set(conversion, statusOf(conversion));
  sketch(conversion, row.wave);
  return row;
}

/** @param {Conversion[]} all */
function drawCount(all) {
  const ready = all.filter((one) => statusOf(one) === "ready").length;
  byId("running-count").textContent = all.filter(isUnderWay).length || "";
  byId("download-all").hidden = ready < 2 || !["all", "ready"].includes(filter());
  byId("download-all").textContent = hasMore("ready")
    ? text("list.downloadEach")
    : text("list.downloadAll", { count: ready });
}
