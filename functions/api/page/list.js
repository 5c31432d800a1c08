/** The list of conversions: one row each, filtered, and said aloud when one ends. */

import { downloadAll } from "./actions.js";
import { announce } from "./announce.js";
import { conversions, isUnderWay, standOf, whenConversionsChange } from "./conversions.js";
import { byId } from "./dom.js";
import { FILTERS, hasMore, isFresh, loadAll, loadMore, lookAgain } from "./history.js";
import { text, whenLanguageChanges } from "./language.js";
import { sketch } from "./outlines.js";
import { insist } from "./patience.js";
import { whenPlayerChanges } from "./player.js";
import { explain } from "./problem.js";
import { Row } from "./row.js";
import { signedInAs } from "./session.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

const SAID = new Set(["ready", "failed", "stuck", "interrupted"]);
// While more than these are under way, nobody wants to hear of each that is ready.
const FEW = 3;
/** @type {string[]} names of files that are ready, which was not said yet */
let unsaid = [];
/** @type {Map<Conversion, Row>} */
const rows = new Map();
/** @type {WeakMap<Conversion, string>} */
const lastStand = new WeakMap();

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
  // What another tab or device has done meanwhile; if it cannot be asked, what is shown stays as it was.
  addEventListener(
    "visibilitychange",
    () => !document.hidden && signedInAs() && lookAgain().catch(() => undefined),
  );
}

/** Load the next page of what the filter shows. */
export function showMore() {
  return load(() => loadMore(filter()));
}

/** Save all results that there are, those not shown yet among them. */
async function saveAll() {
  if (await load(() => loadAll("ready"))) await downloadAll();
}

/** @param {() => Promise<void>} attempt @returns {Promise<boolean>} whether it succeeded; if not, it is told */
async function load(attempt) {
  tellProblem("");
  try {
    await insist(attempt, undefined, (problem) => tellProblem(explain(problem)));
    tellProblem("");
    return true;
  } catch (problem) {
    tellProblem(explain(/** @type {any} */ (problem)));
    return false;
  } finally {
    drawAll();
  }
}

/** @param {string} told what is told already is not said again */
function tellProblem(told) {
  if (byId("list-problem").textContent !== told) byId("list-problem").textContent = told;
}

/** @returns {keyof typeof FILTERS} */
function filter() {
  return byId("filter").querySelector("input:checked").value;
}

function drawAll() {
  const all = conversions();
  for (const known of rows.keys()) if (!all.includes(known)) rows.delete(known);
  const { stands } = FILTERS[filter()];
  const shown = all.filter((one) => !stands || stands.includes(standOf(one)));
  const nodes = shown.map((one) => rowOf(one).node);
  const list = byId("list");
  const hadFocus = list.contains(document.activeElement);
  // Rows that stay are not touched: a focus or a drag on one of them survives.
  nodes.forEach((node, n) => node !== list.children[n] && list.insertBefore(node, list.children[n] ?? null));
  while (list.children.length > nodes.length) list.lastElementChild.remove();
  // A row that goes takes the focus along: give it a place from where to go on.
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
  const stand = standOf(conversion);
  if (lastStand.get(conversion) === stand) return;
  lastStand.set(conversion, stand);
  if (SAID.has(stand)) say(stand, conversion.filename);
  drawAll();
}

/** @param {string} stand @param {string} name of the file */
function say(stand, name) {
  if (stand === "ready") unsaid.push(name);
  else announce(text(`said.${stand}`, { name }));
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
  lastStand.set(conversion, standOf(conversion));
  sketch(conversion, row.wave);
  return row;
}

/** @param {Conversion[]} all */
function drawCount(all) {
  const ready = all.filter((one) => standOf(one) === "ready").length;
  byId("running-count").textContent = all.filter(isUnderWay).length || "";
  byId("download-all").hidden = ready < 2 || !["all", "ready"].includes(filter());
  byId("download-all").textContent = hasMore("ready")
    ? text("list.downloadEach")
    : text("list.downloadAll", { count: ready });
}
