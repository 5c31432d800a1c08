/** The controls of a row's player: play, position, and what to listen to: the original or one of the results. */

import { element } from "../browser/dom.js";
import { icon } from "../browser/icons.js";
import * as figures from "../words/figures.js";
import { text } from "../words/language.js";
import { listenTo, playerOf, seek, skip, togglePlaying } from "./player.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

// The slider's own step is a thousandth of the duration.
const SKIPS_S = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5 };

/** The controls of one row. */
export class Listening {
  /** @param {Conversion} conversion */
  constructor(conversion) {
    this.conversion = conversion;
    this.play = element("button.play", { type: "button", onclick: () => togglePlaying(conversion) });
    this.position = element("input.seek", { type: "range", min: 0, max: 1000, value: 0 });
    this.position.addEventListener("input", () => seek(conversion, Number(this.position.value) / 1000));
    this.position.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#skip(event));
    this.versions = element("div.versions", { role: "group" });
  }

  /** @param {boolean} isReady whether there is something to listen to */
  update(isReady) {
    for (const control of [this.play, this.position, this.versions]) control.hidden = !isReady;
    const { outputs } = this.conversion;
    const names = outputs.length > 1 ? outputs.map(({ format }) => format.toUpperCase()) : [text("facts.after")];
    const shown = [text("facts.before"), ...names];
    if (this.shown === shown.join()) return;
    this.shown = shown.join();
    const hadFocus = this.versions.contains(document.activeElement);
    this.versions.replaceChildren(...shown.map((name, n) => this.#version(name, n - 1)));
    if (hadFocus) this.versions.firstElementChild.focus();
  }

  /** Show the state of the player. */
  updatePlayer() {
    const { isPlaying, output, share, positionS } = playerOf(this.conversion);
    const name = this.conversion.filename;
    this.play.setAttribute("aria-label", text(isPlaying ? "play.pause" : "play.play", { name }));
    if (this.play.dataset.shows !== String(isPlaying))
      this.play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.play.dataset.shows = String(isPlaying);
    this.position.setAttribute("aria-label", text("play.position", { name }));
    this.position.setAttribute("aria-valuetext", figures.duration(positionS));
    this.position.value = String(Math.round(share * 1000));
    for (const button of this.versions.children)
      button.setAttribute("aria-pressed", String(Number(button.dataset.output) === output));
    this.versions.setAttribute("aria-label", text("play.which"));
  }

  /** @param {string} name @param {number} output -1: the original */
  #version(name, output) {
    return element(output < 0 ? "button.before" : "button.after", {
      type: "button",
      text: name,
      "data-output": output,
      onclick: () => listenTo(this.conversion, output),
    });
  }

  /** @param {KeyboardEvent} event */
  #skip(event) {
    const seconds = /** @type {Record<string, number>} */ (SKIPS_S)[event.key];
    if (!seconds || !playerOf(this.conversion).isOn) return;
    event.preventDefault();
    skip(this.conversion, seconds);
  }
}
