/** The options of a format as form fields with their bounds. */

import { element } from "../browser/dom.js";
import * as figures from "../words/figures.js";
import { rivalOf } from "../service/formats.js";
import { knownText, text } from "../words/language.js";

/** @typedef {import("../service/formats.js").Bound} Bound */
/** @typedef {import("../service/formats.js").Format} Format */

const GROUPS = {
  sound: ["bitRateKbps", "quality", "sampleRateHz", "channels", "bitDepth"],
  cut: ["startS", "endS", "fadeInS", "fadeOutS", "trimSilence"],
  level: ["loudnessLufs", "gainDb", "speed", "track", "keepTags"],
};
// Flags that are on by default.
const ON = new Set(["keepTags"]);
const MOST_CHOICES = 12;
// A bound longer than any file is not shown.
const FAR = 80_000;
/** How the values of an option are written. @type {Record<string, (value: number) => string>} */
const SHOWN = { channels: figures.channels, sampleRateHz: figures.rate, bitDepth: (bits) => `${bits} bit` };

/** The form of one format's options. */
export class OptionsForm {
  /** @param {HTMLElement} place that the fields go into */
  constructor(place) {
    this.place = place;
    /** @type {Map<string, any>} name of an option → its input or select */
    this.inputs = new Map();
    /** @type {Record<string, string>} what applies to an option that is not set */
    this.usual = {};
    place.addEventListener("input", () => this.#settle());
  }

  /**
   * Show the options of a format.
   * @param {Format} format
   * @param {Record<string, unknown>} values those that are set; others follow the source
   */
  show({ options: bounds, defaults }, values) {
    this.inputs.clear();
    this.usual = usual(defaults.at(-1));
    const grouped = Object.values(GROUPS).flat();
    const rest = Object.keys(bounds).filter((name) => !grouped.includes(name));
    const groups = Object.entries({ ...GROUPS, more: rest }).map(([group, names]) =>
      this.#group(
        group,
        names.filter((name) => name in bounds),
        bounds,
        values,
      ),
    );
    this.place.replaceChildren(...groups.filter((group) => group !== null));
    this.#settle();
  }

  /** @returns {Record<string, number | boolean | string>} the options that were chosen */
  values() {
    /** @type {Record<string, number | boolean | string>} */
    const found = {};
    for (const [name, input] of this.inputs) {
      if (input.type === "checkbox") {
        if (input.checked !== ON.has(name)) found[name] = input.checked;
      } else if (input.type === "text") {
        if (input.value.trim()) found[name] = input.value.trim();
      } else if (input.value !== "" && !input.disabled) found[name] = Number(input.value);
    }
    return found;
  }

  /**
   * Whether all values are valid; if not, the first invalid field gets the focus and shows why.
   * @returns {boolean}
   */
  check() {
    return [...this.inputs.values()].every((input) => input.reportValidity());
  }

  /**
   * @param {string} group
   * @param {string[]} names
   * @param {Record<string, Bound>} bounds
   * @param {Record<string, unknown>} values
   */
  #group(group, names, bounds, values) {
    if (!names.length) return null;
    const legend = element("legend", { text: text(`options.${group}`) });
    const fields = names.map((name) => this.#field(name, bounds[name], values[name]));
    return element("fieldset.group", {}, legend, ...fields);
  }

  /** @param {string} name @param {Bound} bound @param {unknown} value */
  #field(name, bound, value) {
    const input = control(bound, name, value);
    this.inputs.set(name, input);
    input.id = `option-${name}`;
    const label = element("label", { for: input.id, text: knownText(`option.${name}`) ?? bound.description });
    if (bound.type === "boolean") return element("div.field.flag", {}, input, label);
    const shown = [range(bound), this.usual[name], knownText(`option.${name}.hint`)].filter(Boolean).join(" · ");
    if (!shown) return element("div.field", {}, label, input);
    const hint = element("small", { id: `${input.id}-hint`, text: shown });
    input.setAttribute("aria-describedby", hint.id);
    return element("div.field", {}, label, input, hint);
  }

  /** Apply the API's rules for pairs: options that exclude each other, and an end after the start. */
  #settle() {
    const [start, end] = ["startS", "endS"].map((name) => this.inputs.get(name));
    const isBackwards = end?.value && Number(end.value) <= Number(start?.value || 0);
    end?.setCustomValidity(isBackwards ? text("options.endAfterStart") : "");
    for (const [name, input] of this.inputs) {
      const rival = this.inputs.get(rivalOf(name) ?? "");
      if (rival) input.disabled = rival.value !== "" && input.value === "";
    }
  }
}

/**
 * The defaults at the highest sample rate, by option.
 * @param {Format["defaults"][number] | undefined} row
 * @returns {Record<string, string>}
 */
function usual({ quality, stereoKbps: stereo = 0, monoKbps: mono = 0 } = { upToHz: 0 }) {
  if (quality !== undefined) return { quality: text("options.default", { value: figures.number(quality) }) };
  return stereo ? { bitRateKbps: text("options.defaultKbps", { stereo, mono }) } : {};
}

/** @param {Bound} bound @param {string} name @param {unknown} value */
function control(bound, name, value) {
  if (bound.type === "boolean") return flag(name, value);
  return bound.type === "string" ? words(bound, value) : quantity(bound, name, value);
}

/** @param {Bound} bound @param {unknown} value */
function words({ pattern }, value) {
  const given = /** @type {string | undefined} */ (value);
  return element("input", { type: "text", pattern, value: given, autocomplete: "off", spellcheck: "false" });
}

/** @param {string} name @param {unknown} value */
function flag(name, value) {
  return element("input", { type: "checkbox", checked: value === undefined ? ON.has(name) : value === true });
}

/** @param {Bound} bound @param {string} name @param {unknown} value */
function quantity(bound, name, value) {
  const listed = bound.values ?? choices(bound);
  if (listed) return choice(listed, name, value);
  const step = bound.type === "integer" ? 1 : "any";
  const { minimum: min, maximum: max } = bound;
  const given = /** @type {string | undefined} */ (value);
  return element("input", { type: "number", min, max, step, value: given, inputmode: "decimal" });
}

/** The values of a short range of whole numbers. @param {Bound} bound */
function choices({ type, minimum = 0, maximum = Infinity }) {
  if (type !== "integer" || maximum - minimum >= MOST_CHOICES) return null;
  return Array.from({ length: maximum - minimum + 1 }, (_, n) => minimum + n);
}

/** @param {number[]} values @param {string} name @param {unknown} chosen */
function choice(values, name, chosen) {
  const shown = SHOWN[name] ?? ((value) => figures.number(value));
  const follow = element("option", { value: "", text: text("options.asSource") });
  const listed = values.map((value) =>
    element("option", { value, text: shown(value), selected: value === chosen }),
  );
  return element("select", {}, follow, ...listed);
}

/** @param {Bound} bound */
function range({ type, minimum = 0, maximum = 0, values, unit, ...rest }) {
  if (type === "string" || values || choices({ type, minimum, maximum, ...rest })) return "";
  const name = unit ? (knownText(`unit.${unit}`) ?? unit) : "";
  if (maximum > FAR) return name;
  return text("options.range", {
    low: figures.number(minimum),
    high: figures.number(maximum),
    unit: name,
  }).trim();
}
