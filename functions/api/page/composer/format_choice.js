/** The formats to choose from: one, or several at once. */

import { byId, element } from "../browser/dom.js";

/** @typedef {import("../service/formats.js").Format} Format */

// The API's own limit of the outputs of a task.
const MOST = 5;

/** The chips of the formats. */
export class FormatChoice {
  /** @param {Format[]} formats @param {() => void} onChange */
  constructor(formats, onChange) {
    this.formats = formats;
    this.onChange = onChange;
    this.several = byId("several");
    this.several.addEventListener("change", () => {
      this.draw(this.names().slice(0, this.several.checked ? MOST : 1));
      onChange();
    });
  }

  /** @returns {string[]} the chosen formats, in the order of the API; at least one */
  names() {
    return [...byId("formats").querySelectorAll(":checked")].map(({ value }) => value);
  }

  /** @returns {Format[]} */
  chosen() {
    return this.formats.filter(({ name }) => this.names().includes(name));
  }

  /** @param {string[]} names of the formats to choose; those that do not exist are left out */
  draw(names) {
    const known = names.filter((name) => this.formats.some((format) => format.name === name));
    const chosen = known.length ? known : [this.formats[0].name];
    if (chosen.length > 1) this.several.checked = true;
    byId("formats").replaceChildren(...this.formats.map(({ name }) => this.#chip(name, chosen.includes(name))));
    this.#limit();
  }

  /** @param {string} name @param {boolean} checked */
  #chip(name, checked) {
    const type = this.several.checked ? "checkbox" : "radio";
    const input = element("input", { type, name: "format", value: name, checked });
    input.addEventListener("change", () => {
      // One format is always chosen.
      if (!this.names().length) input.checked = true;
      this.#limit();
      this.onChange();
    });
    return element("label.chip", {}, input, name);
  }

  #limit() {
    const isFull = this.names().length >= MOST && this.several.checked;
    for (const input of byId("formats").querySelectorAll("input")) input.disabled = isFull && !input.checked;
  }
}
