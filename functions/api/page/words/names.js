/** Names of files that must differ. */

/**
 * A name that is not given yet: this one, or this one with a number.
 * @param {string} name
 * @param {Set<string>} given all names so far; the new one is added
 */
export function unused(name, given) {
  const [, stem, ending = ""] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? ["", name];
  let free = name;
  for (let n = 2; given.has(free); n += 1) free = `${stem} (${n})${ending}`;
  given.add(free);
  return free;
}
