/** One row of the list: waveform, status, properties and buttons of a conversion. */

import { canRetry, cancel, download, remove, retry } from "../conversions/actions.js";
import { announce } from "../browser/announce.js";
import { isConfirmed } from "../browser/confirming.js";
import { change, statusOf } from "../conversions/conversions.js";
import { element } from "../browser/dom.js";
import { facts } from "./facts.js";
import * as figures from "../words/figures.js";
import { icon } from "../browser/icons.js";
import { text } from "../words/language.js";
import { drawNotes } from "./notes.js";
import { listenTo, playerOf, seek, skip, togglePlaying } from "./player.js";
import { explain } from "../service/problem.js";
import { requestedText } from "./requested.js";
import { sendAgain } from "../upload/sending.js";
import { Waveform } from "./waveform.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

/** The buttons for each status. @type {Record<string, string[]>} */
const BUTTONS = {
  queued: ["cancel"],
  sending: ["cancel"],
  interrupted: ["cancel"],
  stuck: ["retry", "remove"],
  waiting: ["upload", "remove"],
  arrived: ["cancel"],
  converting: ["cancel"],
  ready: ["download", "remove"],
  failed: ["retry", "remove"],
  cancelled: ["retry", "remove"],
  expired: ["remove"],
};
// The slider's own step is a thousandth of the duration.
const SKIPS_S = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5 };
/** @type {Record<string, (conversion: Conversion) => Promise<void>>} */
const ACTIONS = { download, retry, remove, cancel };

/** A row of the list. */
export class Row {
  /** @param {Conversion} conversion */
  constructor(conversion) {
    this.conversion = conversion;
    this.wave = new Waveform();
    this.title = element("h3", { id: `title-${conversion.key}`, text: conversion.filename });
    this.target = element("span.target");
    this.status = element("span.status");
    this.progress = element("progress.unseen", { max: 100 });
    this.position = element("input.seek", { type: "range", min: 0, max: 1000, value: 0 });
    this.position.addEventListener("input", () => seek(conversion, Number(this.position.value) / 1000));
    this.position.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#skip(event));
    this.play = element("button.play", { type: "button", onclick: () => togglePlaying(conversion) });
    this.versions = element("div.versions", { role: "group" }, ...this.#versionButtons());
    this.facts = element("div");
    this.problem = element("p.problem");
    this.notes = element("div.notes");
    this.buttons = element("div.buttons");
    this.node = element(
      "li.row",
      { "aria-labelledby": this.title.id },
      element("header", {}, this.play, element("div.names", {}, this.title, this.target), this.status),
      element("div.scope", {}, this.wave.node, this.position, this.progress),
      this.problem,
      this.notes,
      element("footer", {}, this.facts, this.versions, this.buttons),
    );
    this.update();
  }

  /** Show the conversion as it is now. */
  update() {
    const { conversion } = this;
    const status = statusOf(conversion);
    const isReady = status === "ready";
    this.node.dataset.status = status;
    this.title.textContent = conversion.filename;
    this.target.textContent = `→ ${requestedText(conversion.outputs)}`;
    this.status.textContent = statusText(conversion, status);
    this.problem.textContent = problemText(conversion, status);
    drawNotes(this.notes, isReady ? conversion.task : null);
    this.facts.replaceChildren(facts(conversion));
    for (const control of [this.play, this.position, this.versions]) control.hidden = !isReady;
    this.#drawProgress(status);
    this.#drawButtons(status);
    this.updatePlayer();
  }

  /** Show the state of the player. */
  updatePlayer() {
    const { isPlaying, isOn, which, share, positionS, durationS, problem } = playerOf(this.conversion);
    const name = this.conversion.filename;
    this.play.setAttribute("aria-label", text(isPlaying ? "play.pause" : "play.play", { name }));
    if (this.play.dataset.shows !== String(isPlaying))
      this.play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.play.dataset.shows = String(isPlaying);
    this.position.setAttribute("aria-label", text("play.position", { name }));
    this.position.setAttribute("aria-valuetext", figures.duration(positionS));
    this.position.value = String(Math.round(share * 1000));
    this.node.classList.toggle("on", isOn);
    for (const button of this.versions.children) {
      button.setAttribute("aria-pressed", String(button.dataset.which === which));
      button.textContent = text(`facts.${button.dataset.which}`);
    }
    this.versions.setAttribute("aria-label", text("play.which"));
    if (statusOf(this.conversion) !== "ready") return;
    const times = [positionS, durationS].map(figures.duration).join(" / ");
    this.status.textContent = durationS ? times : text("status.ready");
    this.wave.fill("before", isOn ? share : 1);
    this.wave.fill("after", isOn ? share : 1);
    this.problem.textContent = problem || problemText(this.conversion, "ready");
  }

  /** @param {string} status */
  #drawProgress(status) {
    const { file, sentBytes, task, stage } = this.conversion;
    const isThere = stage === "sent" && status !== "waiting";
    const sent = isThere ? 1 : sentBytes / (file?.size || 1);
    const converted = status === "converting" ? task.progress : 0;
    this.wave.fill("before", sent);
    this.wave.fill("after", converted);
    this.progress.hidden = !["sending", "interrupted", "converting"].includes(status);
    this.progress.value = 100 * (status === "converting" ? converted : sent);
    this.progress.setAttribute(
      "aria-label",
      text(status === "converting" ? "progress.convert" : "progress.send"),
    );
  }

  /** @param {string} status */
  #drawButtons(status) {
    const actions = BUTTONS[status].filter((action) => action !== "retry" || canRetry(this.conversion));
    const shown = actions.map((action) => text(`action.${action}`)).join();
    if (this.shownButtons === shown) return;
    this.shownButtons = shown;
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...actions.map((action) => this.#button(action)));
    if (hadFocus) this.buttons.firstElementChild?.focus();
  }

  /** @param {string} action */
  #button(action) {
    const name = this.conversion.filename;
    const label = `${text(`action.${action}`)}: ${name}`;
    const onclick = () => this.#act(action);
    const shown = element("span", { text: text(`action.${action}`) });
    const drawn = icon(/** @type {any} */ (action));
    return element(`button.${action}`, { type: "button", "aria-label": label, onclick }, drawn, shown);
  }

  /** @param {KeyboardEvent} event */
  #skip(event) {
    const seconds = /** @type {Record<string, number>} */ (SKIPS_S)[event.key];
    if (!seconds || !playerOf(this.conversion).isOn) return;
    event.preventDefault();
    skip(this.conversion, seconds);
  }

  /** @param {string} action */
  async #act(action) {
    const { conversion } = this;
    if (action === "upload") return chooseFile((file) => sendAgain(conversion, file));
    if (action === "remove" && !(await mayRemove(conversion))) return;
    change(conversion, { problem: null });
    try {
      await ACTIONS[action](conversion);
    } catch (problem) {
      change(conversion, { problem: /** @type {any} */ (problem) });
      announce(explain(/** @type {any} */ (problem)));
    }
  }

  #versionButtons() {
    return ["before", "after"].map((which) =>
      element(`button.${which}`, {
        type: "button",
        "data-which": which,
        onclick: () => listenTo(this.conversion, /** @type {"before" | "after"} */ (which)),
      }),
    );
  }
}

/**
 * Ask before every deletion: what is in the cloud may be the only copy, and until a conversion begins, its task does
 * not say whether its file is there.
 * @param {Conversion} conversion
 */
function mayRemove({ task, filename }) {
  const question = task ? "question.remove" : "question.removeEntry";
  return isConfirmed(text(question, { name: filename }), text("action.remove"));
}

/** @param {Conversion} conversion @param {string} status */
function statusText({ sentBytes, file, task }, status) {
  const share = status === "converting" ? task.progress : sentBytes / (file?.size || 1);
  return text(`status.${status}`, { percent: figures.percent(share) });
}

/** @param {Conversion} conversion @param {string} status */
function problemText({ problem, task }, status) {
  if (problem) return explain(problem);
  if (status === "waiting") return text("hint.waiting");
  return status === "failed" && task.error ? explain(task.error) : "";
}

/** @param {(file: File) => void} take */
function chooseFile(take) {
  const input = element("input", { type: "file" });
  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  input.click();
}
