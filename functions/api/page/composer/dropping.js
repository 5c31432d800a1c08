/** Takes files and folders by drag and drop anywhere on the page, from the file dialog, or from the clipboard. */

import { byId } from "../browser/dom.js";
import { noteFolder } from "./naming.js";
import { showNote } from "./tray.js";
import { text } from "../words/language.js";

/**
 * Pass on every file that the user adds.
 * @param {(files: File[]) => void} take
 */
export function takeFiles(take) {
  const input = byId("files");
  byId("choose").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  addEventListener("paste", (event) => give(event.clipboardData, take));
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dragging");
  });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.remove("dragging");
    give(event.dataTransfer, take);
  });
}

/** @param {DataTransfer | null} brought @param {(files: File[]) => void} take */
async function give(brought, take) {
  // The entries are available only during the event, before the first await.
  const entries = [...(brought?.items ?? [])].map((item) => item.webkitGetAsEntry());
  const files = [...(brought?.files ?? [])];
  const hasFolders = entries.some((entry) => entry?.isDirectory);
  const found = hasFolders ? (await Promise.all(entries.map(soundsOf))).flat() : files;
  if (found.length) take(found);
  else if (hasFolders) showNote(text("drop.noSound"));
}

/** The file itself, or the audio files of a folder and its subfolders. @param {FileSystemEntry | null} entry */
async function soundsOf(entry) {
  if (!entry) return [];
  if (entry.isFile) return [await fileOf(/** @type {FileSystemFileEntry} */ (entry))];
  const found = (await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry))).filter(isVisible);
  /** @type {File[][]} */
  const sounds = await Promise.all(found.sort(byName).map(soundsOf));
  return sounds.flat().filter(looksLikeSound);
}

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const found = [];
  // readEntries returns a hundred at a time, and none at the end. An unreadable folder counts as empty.
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return found;
    found.push(...some);
  }
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
function fileOf(entry) {
  return new Promise((resolve, reject) =>
    entry.file((file) => {
      noteFolder(file, entry.fullPath);
      resolve(file);
    }, reject),
  );
}

/** @param {FileSystemEntry} entry */
function isVisible({ name }) {
  return !name.startsWith(".");
}

/** Track 2 before track 10. @param {FileSystemEntry} one @param {FileSystemEntry} other */
function byName(one, other) {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

/** By its type or extension: folders also hold covers and texts. @param {File} file */
function looksLikeSound({ name, type }) {
  const extension = `.${name.split(".").pop()?.toLowerCase()}`;
  return /^(audio|video)\//.test(type) || byId("files").accept.split(",").includes(extension);
}
