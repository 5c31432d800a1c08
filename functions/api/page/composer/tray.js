/** The tray: files to convert, and conversions from the list to convert again. */

import { announce } from "../browser/announce.js";
import { byId, element } from "../browser/dom.js";
import { icon } from "../browser/icons.js";
import * as figures from "../words/figures.js";
import { text } from "../words/language.js";
import { distinctNames, folderOf } from "./naming.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

const MOST_FILES = 50;
// More are shown on demand, so that the rest of the form stays in view.
const FEW = 3;

/** The tray on the page. */
export class Tray {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {File[]} */
    this.files = [];
    /** @type {Conversion[]} */
    this.again = [];
    this.isOpen = false;
    byId("tray-all").addEventListener("click", () => {
      this.isOpen = !this.isOpen;
      this.draw();
    });
    byId("tray-note-close").addEventListener("click", () => {
      showNote("");
      byId("choose").focus();
    });
  }

  get count() {
    return this.files.length + this.again.length;
  }

  /** @param {Iterable<File>} files */
  add(files) {
    const wanted = [...this.files, ...[...files].filter((file) => !this.files.some((other) => isSame(file, other)))];
    this.files = wanted.slice(0, MOST_FILES);
    const left = wanted.length - this.files.length;
    if (left) showNote(text("tray.tooMany", { count: left, most: MOST_FILES }));
    else announce(text("tray.holds", { count: this.count }));
    this.#change();
  }

  /** @param {Conversion} conversion whose uploaded file to convert again */
  addAgain(conversion) {
    if (!this.again.includes(conversion)) this.again.push(conversion);
    this.#change();
  }

  /** Keep what is still on the list. @param {Conversion[]} listed */
  dropAgainUnless(listed) {
    if (this.again.every((one) => listed.includes(one))) return;
    this.again = this.again.filter((one) => listed.includes(one));
    this.#change();
  }

  /** Take everything off the tray. */
  clear() {
    this.files = [];
    this.again = [];
    this.isOpen = false;
    this.#change();
  }

  /** Draw it again. */
  draw() {
    const names = distinctNames(this.files);
    const items = [
      ...this.again.map((one) => this.#item(one.filename, text("tray.again"), () => this.#drop(one))),
      ...this.files.map((file) =>
        this.#item(names.get(file) ?? file.name, figures.size(file.size), () => this.#drop(file)),
      ),
    ];
    const isLong = items.length > FEW + 1;
    byId("tray").replaceChildren(...(isLong && !this.isOpen ? items.slice(0, FEW) : items));
    byId("tray-all").hidden = !isLong;
    byId("tray-all").textContent = text(this.isOpen ? "tray.fewer" : "tray.all", { count: items.length });
    byId("tray-all").setAttribute("aria-expanded", String(this.isOpen));
  }

  #change() {
    this.draw();
    this.onChange();
  }

  /** @param {File | Conversion} gone */
  #drop(gone) {
    this.files = this.files.filter((file) => file !== gone);
    this.again = this.again.filter((one) => one !== gone);
    this.#change();
    byId("choose").focus();
  }

  /** @param {string} name @param {string} about @param {() => void} onclick */
  #item(name, about, onclick) {
    const label = text("tray.remove", { name });
    const button = element("button.plain", { type: "button", "aria-label": label, onclick }, icon("cancel"));
    return element("li", {}, element("span.name", { text: name }), element("small", { text: about }), button);
  }
}

/** Show a note, which stays until the user closes it. @param {string} note */
export function showNote(note) {
  byId("tray-notice").hidden = !note;
  byId("tray-note").textContent = note;
}

/** Whether it was chosen twice. @param {File} one @param {File} other */
function isSame(one, other) {
  const keys = /** @type {("name" | "size" | "lastModified" | "webkitRelativePath")[]} */ ([
    "name",
    "size",
    "lastModified",
    "webkitRelativePath",
  ]);
  return keys.every((key) => one[key] === other[key]) && folderOf(one) === folderOf(other);
}
