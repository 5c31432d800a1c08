/** Names by which files of the same name can be told apart, and so can their results. */

import { unused } from "../words/names.js";

/** @type {WeakMap<File, string>} folder that a file was dropped with */
const folders = new WeakMap();

/** @param {File} file @param {string} path of its entry, such as `/Album/one.wav` */
export function noteFolder(file, path) {
  folders.set(file, path.split("/").slice(1, -1).join("/"));
}

/** The folder that a file came from; empty if it is not known. @param {File} file */
export function folderOf(file) {
  return folders.get(file) ?? file.webkitRelativePath.split("/").slice(0, -1).join("/");
}

/**
 * A name for each file: its own, or if others have the same, one with its folder or a number.
 * @param {File[]} files
 * @param {string[]} taken names of earlier files whose results would have the same names
 * @returns {Map<File, string>}
 */
export function distinctNames(files, taken) {
  /** @type {Map<File, string>} */
  const names = new Map();
  const given = new Set(taken);
  const own = countOf(files.map(({ name }) => name));
  for (const file of files) {
    const folder = folderOf(file).replaceAll("/", " - ");
    const wanted = (own.get(file.name) > 1 || given.has(file.name)) && folder ? `${folder} - ${file.name}` : file.name;
    names.set(file, unused(wanted, given));
  }
  return names;
}

/** @param {string[]} values @returns {Map<string, any>} how many there are of each */
function countOf(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
