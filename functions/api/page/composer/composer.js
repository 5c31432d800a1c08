/** The form for new conversions: files, format, preset and options. */

import { announce } from "../browser/announce.js";
import { byId, element } from "../browser/dom.js";
import * as figures from "../words/figures.js";
import { icon } from "../browser/icons.js";
import { knownText, text, whenLanguageChanges } from "../words/language.js";
import { OptionsForm } from "./options_form.js";
import { convertFiles } from "../upload/sending.js";
import { keep, kept } from "../browser/storage.js";

/** @typedef {import("../service/formats.js").Format} Format */
/** @typedef {import("../service/formats.js").Preset} Preset */

const MOST_FILES = 50;
const REMEMBERED = "sonube.format";

/** The form on the page. */
export class Composer {
  /** @param {{formats: Format[], presets: Preset[]}} catalogue */
  constructor({ formats, presets }) {
    this.formats = formats;
    this.presets = presets;
    /** @type {File[]} */
    this.files = [];
    this.chosen = kept(REMEMBERED) ?? formats[0].name;
    this.options = new OptionsForm(byId("options"));
    byId("preset").addEventListener("change", () => this.#choosePreset(byId("preset").value));
    byId("options").addEventListener("change", () => this.#showPreset(""));
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => this.#submit(event));
    whenLanguageChanges(() => this.#redraw());
    this.#redraw();
    this.#choose(formats.some(({ name }) => name === this.chosen) ? this.chosen : formats[0].name, {});
  }

  /**
   * Put files on the tray.
   * @param {Iterable<File>} files
   */
  add(files) {
    const isNew = (/** @type {File} */ file) =>
      !this.files.some((other) => other.name === file.name && other.size === file.size);
    const wanted = [...this.files, ...[...files].filter(isNew)];
    this.files = wanted.slice(0, MOST_FILES);
    const left = wanted.length - this.files.length;
    const tooMany = left ? text("tray.tooMany", { count: left, most: MOST_FILES }) : "";
    announce(tooMany || text("tray.holds", { count: this.files.length }));
    this.#drawTray();
    byId("tray-note").textContent = tooMany;
  }

  /** Take all files off the tray. */
  clear() {
    this.files = [];
    this.#drawTray();
  }

  /** @param {string} name of a format @param {Record<string, unknown>} values of its options */
  #choose(name, values) {
    this.chosen = name;
    keep(REMEMBERED, name);
    for (const input of byId("formats").querySelectorAll("input")) input.checked = input.value === name;
    this.options.show(this.#format(), values);
    byId("format-note").textContent = knownText(`format.${name}`) ?? this.#format().codec;
    this.#drawTray();
  }

  /** @param {string} name of a preset, or nothing */
  #choosePreset(name) {
    const preset = this.presets.find((one) => one.name === name);
    if (preset) this.#choose(preset.format, preset.options);
    else this.#choose(this.chosen, {});
    this.#showPreset(name);
  }

  /** @param {string} name of a preset; empty if the format and options are not those of a preset */
  #showPreset(name) {
    const preset = this.presets.find((one) => one.name === name);
    const count = Object.keys(this.options.values()).length;
    const own = count ? text("preset.none.note", { count }) : "";
    byId("preset").value = preset?.name ?? "";
    byId("preset-note").textContent = preset ? presetNote(preset) : own;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    // A field in a closed section cannot show its error.
    if (byId("options").querySelector(":invalid")) byId("more").open = true;
    if (!this.files.length || !this.options.check()) return;
    convertFiles(this.files, this.chosen, this.options.values());
    this.clear();
    byId("list-title").focus();
  }

  #format() {
    return /** @type {Format} */ (this.formats.find(({ name }) => name === this.chosen));
  }

  #redraw() {
    byId("formats").replaceChildren(...this.formats.map((format) => this.#chip(format)));
    const none = element("option", { value: "", text: text("preset.none") });
    const listed = this.presets.map(({ name }) =>
      element("option", { value: name, text: knownText(`preset.${name}`) ?? name }),
    );
    const preset = byId("preset").value;
    byId("preset").replaceChildren(none, ...listed);
    byId("preset-field").hidden = !listed.length;
    if (this.options.inputs.size) this.#choose(this.chosen, this.options.values());
    this.#showPreset(preset);
  }

  /** @param {Format} format */
  #chip({ name }) {
    const change = () => {
      // Options of a preset are dropped together; options that the user has set are kept.
      this.#choose(name, byId("preset").value ? {} : this.#kept(name));
      this.#showPreset("");
    };
    const input = element("input", { type: "radio", name: "format", value: name, onchange: change });
    input.checked = name === this.chosen;
    return element("label.chip", {}, input, name);
  }

  /** The current options that the other format supports with their values. @param {string} name */
  #kept(name) {
    const other = /** @type {Format} */ (this.formats.find((format) => format.name === name));
    const takes = (/** @type {[string, any]} */ [key, value]) =>
      other.options[key]?.values?.includes(value) ?? key in other.options;
    return Object.fromEntries(Object.entries(this.options.values()).filter(takes));
  }

  #drawTray() {
    const count = this.files.length;
    byId("tray").replaceChildren(...this.files.map((file) => this.#trayItem(file)));
    byId("tray-note").textContent = "";
    byId("convert").disabled = count === 0;
    byId("account-files").textContent = count ? text("account.files", { count }) : "";
    const key = count ? "convert.count" : "convert.none";
    byId("convert").textContent = text(key, { count, format: this.chosen.toUpperCase() });
  }

  /** @param {File} file */
  #trayItem(file) {
    const remove = () => {
      this.files = this.files.filter((other) => other !== file);
      this.#drawTray();
      byId("choose").focus();
    };
    const label = text("tray.remove", { name: file.name });
    const button = element(
      "button.plain",
      { type: "button", "aria-label": label, onclick: remove },
      icon("cancel"),
    );
    const name = element("span.name", { text: file.name });
    return element("li", {}, name, element("small", { text: figures.size(file.size) }), button);
  }
}

/** @param {Preset} preset */
function presetNote(preset) {
  return knownText(`preset.${preset.name}.note`) ?? preset.description;
}
