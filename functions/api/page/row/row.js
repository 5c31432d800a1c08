/** One row of the list: waveform, status, properties and buttons of a conversion. */

import { element } from "../browser/dom.js";
import { icon } from "../browser/icons.js";
import { statusOf } from "../conversions/conversions.js";
import { explain } from "../service/problem.js";
import * as figures from "../words/figures.js";
import { text } from "../words/language.js";
import { Buttons } from "./buttons.js";
import { Cutting } from "./cutting.js";
import { facts } from "./facts.js";
import { Listening } from "./listening.js";
import { drawNotes } from "./notes.js";
import { sketch } from "./outlines.js";
import { playerOf } from "./player.js";
import { requestedText } from "./requested.js";
import { Waveform } from "./waveform.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

/** A row of the list. */
export class Row {
  /** @param {Conversion} conversion */
  constructor(conversion) {
    this.conversion = conversion;
    this.wave = new Waveform();
    /** @type {number | undefined} the result whose waveform is drawn */
    this.shownOutput = undefined;
    this.listening = new Listening(conversion);
    this.cutting = new Cutting(conversion);
    this.buttons = new Buttons(conversion, () => this.cutting.open());
    this.title = element("h3", { id: `title-${conversion.key}`, text: conversion.filename });
    this.target = element("span.target");
    this.status = element("span.status");
    this.more = element("button.plain.details", { type: "button", onclick: () => this.#toggle() }, icon("more"));
    this.progress = element("progress.unseen", { max: 100 });
    this.facts = element("div.figures");
    this.problem = element("p.problem");
    this.notes = element("div.notes");
    const names = element("div.names", {}, this.title, this.target);
    const { play, position, versions } = this.listening;
    this.node = element(
      "li.row",
      { "aria-labelledby": this.title.id },
      element("header", {}, play, names, this.status, this.more),
      element("div.scope", {}, this.wave.node, position, this.progress, this.cutting.handles),
      this.cutting.node,
      this.problem,
      this.notes,
      element("footer", {}, this.facts, versions, this.buttons.node),
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
    this.more.setAttribute("aria-label", text("row.details", { name: conversion.filename }));
    this.more.setAttribute("aria-expanded", String(this.node.classList.contains("open")));
    if (!isReady) this.cutting.close();
    this.listening.update(isReady);
    this.buttons.update(status);
    this.#drawProgress(status);
    this.shownOutput = undefined;
    this.updatePlayer();
  }

  /** Show the state of the player. */
  updatePlayer() {
    const { isOn, output, share, positionS, durationS, problem } = playerOf(this.conversion);
    this.listening.updatePlayer();
    this.node.classList.toggle("on", isOn);
    if (this.shownOutput !== output) sketch(this.conversion, this.wave, Math.max(0, output));
    this.shownOutput = output;
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
    const label = status === "converting" ? "progress.convert" : "progress.send";
    this.progress.setAttribute("aria-label", text(label));
  }

  /** In a compact list, show or hide what is left out there. */
  #toggle() {
    this.more.setAttribute("aria-expanded", String(this.node.classList.toggle("open")));
  }
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
