/** The tags to set, replace or remove: a row for each value, and a field to add rows by name. */

import { element } from "../browser/dom.js";
import { knownText, text } from "../words/language.js";

/** @typedef {import("../service/formats.js").TagField} TagField */
/** @typedef {{name: string, input: any, remove: any}} Row */

// Those with a row from the start.
const USUAL = ["title", "artist", "album", "tracknumber", "date", "genre", "comment"];
const OF_LINES = new Set(["comment", "description", "lyrics", "syncedlyrics"]);

/** The fieldset of the tags. */
export class TagsForm {
  /** @param {TagField[]} fields that the service knows */
  constructor(fields) {
    this.fields = new Map(fields.map((field) => [field.name, field]));
    /** @type {Row[]} */
    this.rows = [];
    this.list = element("div.tags");
    this.other = element("input", { id: "tag-other", type: "text", list: "tag-names", autocomplete: "off", spellcheck: "false" });
    this.other.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#addOther();
    });
    this.other.addEventListener("input", () => this.other.setCustomValidity(""));
  }

  /** The fieldset with these tags. @param {Record<string, string[] | string | null>} tags @returns {HTMLElement} */
  draw(tags) {
    this.rows = [];
    this.list.replaceChildren();
    const names = [...USUAL, ...Object.keys(tags).filter((name) => !USUAL.includes(name))];
    for (const name of names.filter((one) => this.fields.has(one))) {
      const values = [tags[name] ?? []].flat();
      for (const value of values.length ? values : [""]) this.#add(name, value, name in tags && !values.length);
    }
    const known = [...this.fields.keys()].map((name) => element("option", { value: name, label: nameOf(name) }));
    const add = element("button", { type: "button", text: text("tags.add"), onclick: () => this.#addOther() });
    const hint = element("small", { id: "tag-other-hint", text: text("tags.hint") });
    this.other.setAttribute("aria-describedby", hint.id);
    return element(
      "fieldset.tagging",
      {},
      element("legend", { text: text("option.tags") }),
      this.list,
      element("label", { for: this.other.id, text: text("tags.other") }),
      element("div.beside", {}, this.other, add),
      element("datalist", { id: "tag-names" }, ...known),
      hint,
    );
  }

  /** @returns {Record<string, string[] | null> | undefined} null: to be removed; undefined if nothing is set */
  value() {
    /** @type {Record<string, string[] | null>} */
    const tags = {};
    for (const { name, input, remove } of this.rows) {
      const value = input.value.trim();
      if (remove.checked) tags[name] ??= null;
      else if (value) tags[name] = [...(tags[name] ?? []), value];
    }
    return Object.keys(tags).length ? tags : undefined;
  }

  /** The fields that can be invalid. @returns {any[]} */
  inputs() {
    const isLeftOver = this.other.value.trim() !== "";
    this.other.setCustomValidity(isLeftOver ? text("tags.pressAdd") : "");
    return [...this.rows.map(({ input }) => input), this.other];
  }

  #addOther() {
    const name = this.other.value.trim().toLowerCase();
    const known = this.fields.has(name) ? name : [...this.fields.keys()].find((one) => nameOf(one).toLowerCase() === name);
    this.other.setCustomValidity(known ? "" : text("tags.unknown"));
    if (!known) return this.other.reportValidity();
    this.other.value = "";
    const empty = this.rows.find(({ name: one, input, remove }) => one === known && !input.value && !remove.checked);
    return (empty ?? this.#add(known, "", false)).input.focus();
  }

  /** @param {string} name @param {string} value @param {boolean} isRemoved @returns {Row} */
  #add(name, value, isRemoved) {
    const id = `tag-${name}-${this.rows.length}`;
    const label = nameOf(name);
    const attributes = { id, autocomplete: "off", maxlength: 20_000, placeholder: text("options.asSource") };
    const input = OF_LINES.has(name)
      ? element("textarea", { ...attributes, rows: 2 })
      : element("input", { ...attributes, type: "text" });
    input.value = value;
    const ariaLabel = text("tags.removeField", { name: label });
    const remove = element("input", { type: "checkbox", checked: isRemoved, "aria-label": ariaLabel });
    const row = { name, input, remove };
    const settle = () => this.#settle(row);
    input.addEventListener("input", settle);
    remove.addEventListener("change", settle);
    const flag = element("label.remove", { title: ariaLabel }, remove, text("tags.remove"));
    this.list.append(element("div.tag", {}, element("label", { for: id, text: label }), input, flag));
    this.rows.push(row);
    settle();
    return row;
  }

  /** Say what a value must look like. @param {Row} row */
  #settle({ name, input, remove }) {
    input.disabled = remove.checked;
    const { kind, pattern } = this.fields.get(name);
    const value = input.value.trim();
    const isRight = !value || !pattern || new RegExp(pattern).test(value);
    input.setCustomValidity(isRight ? "" : text(`tags.kind.${kind}`));
    if (isRight) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  }
}

/** @param {string} name @returns {string} in the user's language, where it has one */
function nameOf(name) {
  return knownText(`tag.${name}`) ?? name;
}
