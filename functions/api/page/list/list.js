/** The list of conversions: one row each, filtered. The end of a conversion is announced. */

import { announce } from "../browser/announce.js";
import { conversions, isUnderWay, statusOf, whenConversionsChange } from "../conversions/conversions.js";
import { byId } from "../browser/dom.js";
import { downloadAll, downloadZip } from "../conversions/downloads.js";
import { FILTERS, hasMore, isFresh, loadAll, loadMore, refreshList } from "../conversions/history.js";
import { text, whenLanguageChanges } from "../words/language.js";
import { withRetries } from "../service/retries.js";
import { whenPlayerChanges } from "../row/player.js";
import { explain } from "../service/problem.js";
import { Row } from "../row/row.js";
import { signedInAs } from "../account/session.js";

import { isCompact, startCompact } from "./compact.js";
import { arrange, shownConversions } from "./order.js";

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
  byId("search").addEventListener("input", () => {
    drawAll();
    // What is searched for may be on a page that was not loaded yet.
    if (byId("search").value.trim() && hasMore(filter())) load(() => loadAll(filter()));
  });
  startCompact(drawAll);
  byId("download-all").addEventListener("click", () => saveAll(downloadAll));
  byId("download-zip").addEventListener("click", () => saveAll(saveZip));
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

/** Save all results, including those that are not shown yet. @param {() => Promise<void>} save */
async function saveAll(save) {
  if (await load(() => loadAll("ready"))) await save();
}

async function saveZip() {
  const button = byId("download-zip");
  button.disabled = true;
  try {
    await downloadZip((done, count) => (button.textContent = text("list.zipping", { done, count })));
  } catch (problem) {
    showProblem(explain(/** @type {any} */ (problem)));
  } finally {
    button.disabled = false;
    button.textContent = text("list.zip");
  }
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
  const search = byId("search").value.trim();
  const nodes = shownConversions(filter(), search).map((one) => rowOf(one).node);
  const list = byId("list");
  const hadFocus = list.contains(document.activeElement);
  arrange(list, nodes);
  // If the focused row was removed, move the focus to the title.
  if (hadFocus && !list.contains(document.activeElement)) byId("list-title").focus();
  byId("nothing").hidden = nodes.length > 0 || isFresh(filter());
  const reason = search ? "nothing.found" : `nothing.${filter()}`;
  byId("nothing").textContent = text(all.length ? reason : "nothing.all");
  list.classList.toggle("compact", isCompact(nodes.length));
  const isFirstLook = !all.length && !byId("list-problem").textContent;
  byId("show-more").hidden = !hasMore(filter()) || isFirstLook;
  drawCount(all);
}

/** @param {Conversion} conversion */
function update(conversion) {
  rowOf(conversion).update();
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
  return row;
}

/** @param {Conversion[]} all */
function drawCount(all) {
  const ready = all.filter((one) => statusOf(one) === "ready").length;
  byId("running-count").textContent = all.filter(isUnderWay).length || "";
  for (const id of ["download-all", "download-zip"])
    byId(id).hidden = ready < 2 || !["all", "ready"].includes(filter());
  byId("download-all").textContent = hasMore("ready")
    ? text("list.downloadEach")
    : text("list.downloadAll", { count: ready });
}
