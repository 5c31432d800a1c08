/** Files by drag and drop anywhere on the page, by the button, or by the clipboard. */

import { byId } from "./dom.js";

/**
 * Hand over every file that a person brings.
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
function give(brought, take) {
  const files = [...(brought?.files ?? [])];
  if (files.length) take(files);
}
