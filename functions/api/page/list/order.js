/** Which conversions are shown, and in which order: those in progress first, as their turns come, then the newest. */

import { conversions, isUnderWay, statusOf } from "../conversions/conversions.js";
import { FILTERS } from "../conversions/history.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

/**
 * @param {keyof typeof FILTERS} filter
 * @param {string} search part of the names, in any case and without regard to accents
 * @returns {Conversion[]}
 */
export function shownConversions(filter, search) {
  const { statuses } = FILTERS[filter];
  const wanted = plain(search);
  const all = conversions().filter((one) => plain(one.filename).includes(wanted));
  const shown = all.filter((one) => !statuses || statuses.includes(statusOf(one)));
  const running = shown.filter(isUnderWay).reverse();
  return [...running, ...shown.filter((one) => !isUnderWay(one))];
}

/**
 * Put these nodes into a list, in this order. Few nodes move, and the focus stays where it is.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} nodes
 */
export function arrange(list, nodes) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  nodes.forEach((node, n) => {
    // One that has left its place goes to the end, so that those after it need not move.
    if (list.children[n + 1] === node) list.append(list.children[n]);
    if (list.children[n] !== node) list.insertBefore(node, list.children[n] ?? null);
  });
  while (list.children.length > nodes.length) list.lastElementChild?.remove();
  if (focused !== document.activeElement && list.contains(focused)) focused?.focus({ preventScroll: true });
}

/** @param {string} name */
function plain(name) {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
