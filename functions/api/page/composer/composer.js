/** The form for conversions: files, formats, preset and options. */

import { byId } from "../browser/dom.js";
import { changeOutputs } from "../conversions/actions.js";
import { conversions, namesWithResults, whenConversionsChange } from "../conversions/conversions.js";
import { QuoteLine } from "../quote/quote.js";
import { convertFiles } from "../upload/sending.js";
import { knownText, text, whenLanguageChanges } from "../words/language.js";
import { whenConvertedAgain } from "./again.js";
import { commonBounds, outputsOf, takes } from "./bounds.js";
import { FormatChoice } from "./format_choice.js";
import { distinctNames } from "./naming.js";
import { OptionsForm } from "./options_form.js";
import { PresetChoice } from "./preset_choice.js";
import { keepSettings, lastSettings } from "./settings.js";
import { trackBound } from "./tracks.js";
import { Tray } from "./tray.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
/** @typedef {import("../service/formats.js").Catalogue} Catalogue */

/** The form on the page. */
export class Composer {
  /** @param {Catalogue} catalogue */
  constructor({ formats, presets, tagFields, limits }) {
    this.quote = new QuoteLine(limits);
    this.tray = new Tray(() => this.#drawButton());
    this.options = new OptionsForm(byId("options"), tagFields);
    this.formats = new FormatChoice(formats, () => this.#changeFormats());
    this.presets = new PresetChoice(presets, {
      onChoose: (choice) => {
        this.#show(choice?.formats ?? this.formats.names(), choice?.options ?? {});
        this.#keep();
      },
      current: () => ({ formats: this.formats.names(), options: this.options.values() }),
      keep: () => this.#keep(),
    });
    byId("options").addEventListener("change", () => this.#withoutPreset());
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => this.#submit(event));
    whenConvertedAgain((conversion, goTo) => this.#again(conversion, goTo));
    whenLanguageChanges(() => this.#redraw());
    whenConversionsChange((conversion) => conversion || this.tray.dropAgainUnless(conversions()));
    const { formats: names = [], preset = "", options = {} } = lastSettings() ?? {};
    this.#show(names, options);
    this.presets.draw(preset);
    if (!this.presets.name) this.#withoutPreset();
  }

  /** Put files on the tray. @param {Iterable<File>} files */
  add(files) {
    this.tray.add(files);
  }

  /** Take everything off the tray. */
  clear() {
    this.tray.clear();
  }

  /** @param {string[]} names of formats @param {Record<string, any>} values of options; those that the formats have are kept */
  #show(names, values) {
    this.formats.draw(names);
    const chosen = this.formats.chosen();
    const bounds = commonBounds(chosen);
    if (bounds.track) bounds.track = trackBound(bounds.track, this.tray.again, values.track);
    const valid = Object.entries(values).filter(([name, value]) => takes(bounds[name], value));
    this.options.show(bounds, Object.fromEntries(valid), chosen.length === 1 ? chosen[0].defaults : []);
    const [{ name, codec }] = chosen;
    byId("format-note").textContent = chosen.length > 1 ? "" : (knownText(`format.${name}`) ?? codec);
    this.#drawButton();
  }

  /** Other formats: a preset's options go with it, the user's own stay where the formats have them. */
  #changeFormats() {
    this.#show(this.formats.names(), this.presets.name ? {} : this.options.values());
    this.#withoutPreset();
  }

  #withoutPreset() {
    this.presets.draw("");
    this.presets.note(Object.keys(this.options.values()).length);
    this.#keep();
  }

  /** @param {Conversion} conversion @param {string} goTo `format`, or an option */
  #again(conversion, goTo) {
    const { outputs } = conversion.task;
    const isFirst = !this.tray.count;
    this.tray.addAgain(conversion);
    const formats = outputs.map((/** @type {any} */ { format }) => format);
    const options = outputs.map((/** @type {any} */ output) => output.options);
    if (isFirst) this.#show(formats, Object.assign({}, ...options));
    this.#withoutPreset();
    if (goTo === "format") return byId("formats").querySelector(":checked").focus();
    byId("more").open = true;
    this.options.focus(goTo);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    // A field in a closed section cannot show its error.
    if (!this.options.isValid()) byId("more").open = true;
    if (!this.tray.count || !this.options.showProblem()) return;
    const outputs = outputsOf(this.formats.chosen(), this.options.values());
    for (const conversion of this.tray.again) changeOutputs(conversion, outputs);
    convertFiles(distinctNames(this.tray.files, namesWithResults(this.formats.names())), outputs);
    this.tray.clear();
    byId("list-title").focus();
  }

  #redraw() {
    const { name } = this.presets;
    this.#show(this.formats.names(), this.options.values());
    this.presets.draw(name);
    if (!name) this.#withoutPreset();
    this.tray.draw();
  }

  #keep() {
    // Tags are of these files: at the next visit they would be wrong, and out of sight.
    const { tags: _, ...options } = this.options.values();
    keepSettings({ formats: this.formats.names(), preset: this.presets.name, options });
    this.#drawQuote();
  }

  #drawButton() {
    const { count } = this.tray;
    const format = this.formats.names().join(", ").toUpperCase();
    byId("convert").disabled = count === 0;
    byId("account-files").textContent = count ? text("account.files", { count }) : "";
    byId("convert").textContent = text(count ? "convert.count" : "convert.none", { count, format });
    this.#drawQuote();
  }

  #drawQuote() {
    const outputs = this.options.isValid() ? outputsOf(this.formats.chosen(), this.options.values()) : null;
    this.quote.update(this.tray.files, this.tray.again, outputs);
  }
}
