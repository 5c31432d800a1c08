/** Values that the browser stores between visits. If it refuses one, the page keeps it until the window closes. */

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
 * Use the browser's storage, which may be blocked or full.
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
