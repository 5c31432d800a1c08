/** The presets to choose from: the service's, and the user's own. */

import { byId, element } from "../browser/dom.js";
import { knownText, text } from "../words/language.js";
import { dropPreset, keepPreset, ownPresets } from "./settings.js";

/** @typedef {import("../service/formats.js").Preset} Preset */
/** @typedef {{formats: string[], options: Record<string, any>}} Choice */

// Names of own presets, as the select has them.
const OWN = "own:";

/** The select of the presets, and the field to save one. */
export class PresetChoice {
  /**
   * @param {Preset[]} presets of the service
   * @param {{onChoose: (choice: Choice | null) => void, current: () => Choice, keep: () => void}} form
   */
  constructor(presets, { onChoose, current, keep }) {
    this.presets = presets;
    this.keep = keep;
    this.select = byId("preset");
    this.select.addEventListener("change", () => {
      onChoose(this.#choiceOf(this.select.value));
      this.note(0);
    });
    byId("preset-save").addEventListener("click", () => this.#save(current()));
    byId("preset-drop").addEventListener("click", () => this.#drop());
  }

  /** The chosen preset; empty if none. */
  get name() {
    return this.select.value;
  }

  /** @param {string} name of the preset to show; empty for none */
  draw(name) {
    const own = ownPresets().map((preset) => option(OWN + preset.name, preset.name));
    const listed = this.presets.map((preset) => option(preset.name, knownText(`preset.${preset.name}`) ?? preset.name));
    this.select.replaceChildren(
      option("", text("preset.none")),
      ...listed,
      ...(own.length ? [element("optgroup", { label: text("preset.own") }, ...own)] : []),
    );
    this.select.value = name;
    if (this.select.selectedIndex < 0) this.select.value = "";
    byId("preset-field").hidden = !listed.length && !own.length;
    this.note(0);
  }

  /** Say what the preset does, or how many options are set without one. @param {number} count */
  note(count) {
    const preset = this.presets.find(({ name }) => name === this.name);
    const known = preset && (knownText(`preset.${preset.name}.note`) ?? preset.description);
    byId("preset-note").textContent = known ?? (count && !this.name ? text("preset.none.note", { count }) : "");
    byId("preset-drop").hidden = !this.name.startsWith(OWN);
  }

  /** @param {string} name @returns {Choice | null} */
  #choiceOf(name) {
    const preset = this.presets.find((one) => one.name === name);
    if (preset) return { formats: [preset.format], options: preset.options };
    return ownPresets().find((one) => OWN + one.name === name) ?? null;
  }

  /** @param {Choice} choice */
  #save(choice) {
    const name = byId("preset-name").value.trim();
    if (!name) return byId("preset-name").focus();
    keepPreset({ name, ...choice });
    byId("preset-name").value = "";
    this.draw(OWN + name);
    this.keep();
    this.select.focus();
  }

  #drop() {
    dropPreset(this.name.slice(OWN.length));
    this.draw("");
    this.keep();
    this.select.focus();
  }
}

/** @param {string} value @param {string} shown */
function option(value, shown) {
  return element("option", { value, text: shown });
}
