/** What the page keeps in the browser from one visit to the next; what the browser refuses, until the window closes. */

/** @type {Map<string, string>} */
const refused = new Map();

/** @param {string} name @returns {string | null} */
export function kept(name) {
  return refused.get(name) ?? inBrowser((storage) => storage.getItem(name)) ?? null;
}

/** @param {string} name @param {string} value */
export function keep(name, value) {
  refused.set(name, value);
  inBrowser((storage) => {
    storage.setItem(name, value);
    refused.delete(name);
  });
}

/** @param {string} name */
export function drop(name) {
  refused.delete(name);
  inBrowser((storage) => storage.removeItem(name));
}

/**
 * A browser that blocks a site's data has no storage; one that is full takes nothing more.
 * @template T
 * @param {(storage: Storage) => T} use
 */
function inBrowser(use) {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
