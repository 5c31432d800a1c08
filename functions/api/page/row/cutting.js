/** Cuts a part out of a conversion: both ends on its waveform or as times, listening to just that, and converting it again. */

import { element } from "../browser/dom.js";
import { fieldOf } from "../composer/fields.js";
import { changeOutputs } from "../conversions/actions.js";
import { text } from "../words/language.js";
import { writeClock } from "../words/typed.js";
import { playPart } from "./player.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

const NAMES = /** @type {const} */ (["startS", "endS", "fadeInS", "fadeOutS"]);
const LONGEST_FADE_S = 60;
// The handles move in steps of this; where the sound is long, in whole seconds.
const STEP_S = 0.1;
const LONG_S = 600;
// Times are written to a thousandth.
const ROUNDING_S = 0.001;

/** The cut of one row; closed at first. */
export class Cutting {
  /** @param {Conversion} conversion */
  constructor(conversion) {
    this.conversion = conversion;
    this.node = element("form.cut", { hidden: true, novalidate: true });
    this.handles = element("div.handles", { hidden: true });
    /** @type {Record<string, import("../composer/fields.js").Field>} */
    this.fields = {};
    this.node.addEventListener("submit", (/** @type {Event} */ event) => this.#convert(event));
    this.node.addEventListener("input", () => this.#settle());
  }

  /** Show it, set to the part that was converted last. */
  open() {
    const { source, outputs } = this.conversion.task;
    this.durationS = source.durationS;
    this.#build({ startS: 0, endS: this.durationS, ...outputs[0].options });
    for (const part of [this.node, this.handles]) part.hidden = false;
    this.#settle();
    this.start.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
  }

  /** Hide it. */
  close() {
    for (const part of [this.node, this.handles]) part.hidden = true;
  }

  /** @param {Record<string, any>} values */
  #build(values) {
    this.start = this.#handle("startS", values.startS);
    this.end = this.#handle("endS", Math.min(values.endS, this.durationS));
    this.before = element("div.outside");
    this.after = element("div.outside.after");
    this.handles.replaceChildren(this.before, this.after, this.start, this.end);
    const label = (/** @type {string} */ name) => text(`option.${name}`);
    const fields = NAMES.map((name) => {
      const isFade = name.startsWith("fade");
      const maximum = isFade ? LONGEST_FADE_S : this.durationS + ROUNDING_S;
      const field = fieldOf(name, { type: "number", description: name, unit: "s", minimum: 0, maximum }, values[name]);
      if (!isFade) field.input.value = writeClock(Math.min(values[name], this.durationS));
      this.fields[name] = field;
      return element("label.field", {}, element("span", { text: label(name) }), field.input);
    });
    const press = (/** @type {string} */ key, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", text: text(key), onclick });
    this.node.replaceChildren(
      element("div.fields", {}, ...fields),
      element(
        "div.buttons",
        {},
        press("cut.listen", () => this.#listen()),
        element("button.main", { type: "submit", text: text("cut.convert") }),
        press("cut.cancel", () => this.close()),
      ),
    );
  }

  /** @param {"startS" | "endS"} name @param {number} value @returns {any} */
  #handle(name, value) {
    const step = this.durationS > LONG_S ? 1 : STEP_S;
    const handle = element("input", { type: "range", min: 0, max: this.durationS, step, class: name });
    handle.value = String(value);
    handle.setAttribute("aria-label", `${text(`option.${name}`)}: ${this.conversion.filename}`);
    handle.addEventListener("input", () => {
      const other = Number((name === "startS" ? this.end : this.start).value);
      const kept = name === "startS" ? Math.min(handle.value, other - step) : Math.max(handle.value, other + step);
      this.fields[name].input.value = writeClock(Math.max(0, Math.min(this.durationS, kept)));
      this.#settle();
    });
    return handle;
  }

  /** Bring the handles to the times, and say what is wrong with those. */
  #settle() {
    const { startS, endS } = this.fields;
    for (const field of Object.values(this.fields)) field.input.setCustomValidity(field.problem());
    const [start, end] = this.#part();
    if (end <= start) endS.input.setCustomValidity(text("options.endAfterStart"));
    if (!startS.problem()) this.start.value = String(start);
    if (!endS.problem()) this.end.value = String(end);
    for (const [handle, at] of [[this.start, start], [this.end, end]])
      handle.setAttribute("aria-valuetext", writeClock(at));
    this.before.style.width = `${(100 * start) / this.durationS}%`;
    this.after.style.width = `${100 - (100 * end) / this.durationS}%`;
  }

  /** @returns {[number, number]} its ends in seconds; an empty field is the end of the sound */
  #part() {
    return [this.fields.startS.value() ?? 0, this.fields.endS.value() ?? this.durationS];
  }

  #isValid() {
    return Object.values(this.fields).every(({ input }) => input.reportValidity());
  }

  #listen() {
    if (this.#isValid()) playPart(this.conversion, ...this.#part());
  }

  /** @param {Event} event */
  #convert(event) {
    event.preventDefault();
    if (!this.#isValid()) return;
    const [start, end] = this.#part();
    const set = {
      startS: start || undefined,
      endS: end < this.durationS - ROUNDING_S ? end : undefined,
      fadeInS: this.fields.fadeInS.value() || undefined,
      fadeOutS: this.fields.fadeOutS.value() || undefined,
    };
    const outputs = this.conversion.outputs.map(({ format, options }) => ({ format, options: withSet(options, set) }));
    this.close();
    changeOutputs(this.conversion, outputs);
  }
}

/** @param {Record<string, any>} options @param {Record<string, any>} set undefined removes an option */
function withSet(options, set) {
  return Object.fromEntries(Object.entries({ ...options, ...set }).filter(([, value]) => value !== undefined));
}
