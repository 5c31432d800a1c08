/** The options of the chosen formats as form fields with their bounds. */

import { element } from "../browser/dom.js";
import { rivalsOf } from "../service/formats.js";
import * as figures from "../words/figures.js";
import { knownText, text } from "../words/language.js";
import { fieldOf, hasField, isListed } from "./fields.js";
import { TagsForm } from "./tags.js";

/** @typedef {import("../service/formats.js").Bound} Bound */
/** @typedef {import("../service/formats.js").Format} Format */
/** @typedef {import("./fields.js").Field} Field */

const GROUPS = {
  sound: ["bitRateKbps", "quality", "sampleRateHz", "channels", "bitDepth"],
  cut: ["startS", "endS", "fadeInS", "fadeOutS", "trimSilence"],
  level: ["spec", "loudnessLufs", "gainDb", "speed", "track", "keepTags", "replayGain", "tagEncoding"],
};
// A bound longer than any file is not shown.
const FAR = 80_000;

/** The form of the options. */
export class OptionsForm {
  /**
   * @param {HTMLElement} place that the fields go into
   * @param {import("../service/formats.js").TagField[]} tagFields
   */
  constructor(place, tagFields) {
    this.place = place;
    this.tags = new TagsForm(tagFields);
    /** @type {Map<string, Field>} by the name of the option */
    this.fields = new Map();
    place.addEventListener("input", () => this.#settle());
  }

  /**
   * Show these options. What is typed and cannot be read stays as it is.
   * @param {Record<string, Bound>} bounds
   * @param {Record<string, unknown>} values those that are set; others follow the source
   * @param {Format["defaults"]} defaults of the one chosen format
   */
  show(bounds, values, defaults) {
    const unread = [...this.fields].filter(([, field]) => field.problem());
    this.fields.clear();
    const offered = Object.keys(bounds).filter((name) => hasField(bounds[name]));
    const grouped = Object.values(GROUPS).flat();
    const rest = offered.filter((name) => !grouped.includes(name));
    const usual = usualValues(defaults.at(-1));
    const groups = Object.entries({ ...GROUPS, more: rest }).map(([group, names]) => {
      const fields = names
        .filter((name) => offered.includes(name))
        .map((name) => this.#field(name, bounds[name], values[name], usual[name]));
      const legend = element("legend", { text: text(`options.${group}`) });
      return fields.length ? element("fieldset.group", {}, legend, ...fields) : null;
    });
    const tags = bounds.tags ? this.tags.draw(/** @type {any} */ (values.tags ?? {})) : null;
    this.place.replaceChildren(...[...groups, tags].filter((group) => group !== null));
    for (const [name, { input }] of unread)
      if (!(name in values) && this.fields.has(name)) this.fields.get(name).input.value = input.value;
    this.#settle();
  }

  /** @returns {Record<string, any>} the options that are set */
  values() {
    const set = [...this.fields].filter(([, { input }]) => !input.disabled);
    const pairs = [...set.map(([name, field]) => [name, field.value()]), ["tags", this.tags.value()]];
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }

  /** Whether all values are valid. */
  isValid() {
    return this.#inputs().every((input) => input.checkValidity());
  }

  /** Focus the first invalid field, which then says why. */
  showProblem() {
    return this.#inputs().every((input) => input.reportValidity());
  }

  #inputs() {
    return [...[...this.fields.values()].map(({ input }) => input), ...this.tags.inputs()];
  }

  /** @param {string} name of the option to go to */
  focus(name) {
    this.fields.get(name)?.input.focus();
  }

  /** @param {string} name @param {Bound} bound @param {unknown} value @param {string} [usual] what applies if it is not set */
  #field(name, bound, value, usual) {
    const field = fieldOf(name, bound, value);
    const { input } = field;
    this.fields.set(name, field);
    input.id = `option-${name}`;
    const label = element("label", { for: input.id, text: knownText(`option.${name}`) ?? bound.description });
    if (bound.type === "boolean") return element("div.field.flag", {}, input, label);
    const hints = [range(bound), better(bound), usual, knownText(`option.${name}.hint`)];
    const shown = hints.filter(Boolean).join(" · ");
    if (!shown) return element("div.field", {}, label, input);
    const hint = element("small", { id: `${input.id}-hint`, text: shown });
    input.setAttribute("aria-describedby", hint.id);
    return element("div.field", {}, label, input, hint);
  }

  /** Say what cannot be read, and apply the API's rules for pairs: options that exclude each other, an end after the start. */
  #settle() {
    for (const [name, field] of this.fields) {
      const rivals = rivalsOf(name).flatMap((rival) => this.fields.get(rival) ?? []);
      const isRivalSet = rivals.some(({ input }) => input.value !== "");
      if (rivals.length) field.input.disabled = isRivalSet && field.input.value === "";
      const hint = field.problem();
      field.input.setCustomValidity(hint);
      if (hint) field.input.setAttribute("aria-invalid", "true");
      else field.input.removeAttribute("aria-invalid");
    }
    const [start, end] = ["startS", "endS"].map((name) => this.fields.get(name));
    const isBackwards = end?.value() !== undefined && end.value() <= (start?.value() ?? 0);
    if (isBackwards) end.input.setCustomValidity(text("options.endAfterStart"));
  }
}

/**
 * The defaults at the highest sample rate, by option.
 * @param {Format["defaults"][number] | undefined} row
 * @returns {Record<string, string>}
 */
function usualValues({ quality, stereoKbps: stereo = 0, monoKbps: mono = 0 } = { upToHz: 0 }) {
  if (quality !== undefined) return { quality: text("options.default", { value: figures.number(quality) }) };
  return stereo ? { bitRateKbps: text("options.defaultKbps", { stereo, mono }) } : {};
}

/** Which end of a scale is better. @param {Bound} bound */
function better({ better: end, minimum = 0, maximum = 0 }) {
  if (!end) return "";
  return text("options.best", { value: figures.number(end === "lower" ? minimum : maximum) });
}

/** @param {Bound} bound */
function range(bound) {
  const { type, minimum = 0, maximum = 0, unit } = bound;
  if (type === "string" || isListed(bound)) return "";
  if (unit === "s") return text(maximum > FAR ? "options.time" : "options.timeUpTo", { high: maximum });
  const name = unit ? (knownText(`unit.${unit}`) ?? unit) : "";
  return text("options.range", {
    low: figures.number(minimum),
    high: figures.number(maximum),
    unit: name,
  }).trim();
}
