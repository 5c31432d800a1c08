/** Draws a conversion's waveforms: the original above the line, the result mirrored below it. */

import { vector } from "../browser/dom.js";
import { SLICES } from "./peaks.js";

const HEIGHT = 50;
// Unknown or silent audio is a line of dots.
const LEAST = 0.6;

/**
 * One waveform; each half fills from the left, by `share`.
 */
export class Waveform {
  constructor() {
    const viewBox = `0 0 ${SLICES} ${2 * HEIGHT}`;
    this.node = vector("svg", { class: "wave", viewBox, preserveAspectRatio: "none", "aria-hidden": "true" });
    /** @type {{before: number[], after: number[]}} */
    this.peaks = { before: [], after: [] };
    this.before = half(this.node, "before", -1);
    this.after = half(this.node, "after", 1);
  }

  /**
   * @param {"before" | "after"} which
   * @param {number[] | null} peaks each 0…1; null if they cannot be known
   */
  setPeaks(which, peaks) {
    if (!peaks || this.peaks[which].join() === peaks.join()) return;
    this.peaks[which] = peaks;
    this.node.classList.add("heard");
    // Both halves have the same scale, so that a change of level is visible.
    const loudest = Math.max(0.05, ...this.peaks.before, ...this.peaks.after);
    this.before.draw(this.peaks.before.map((peak) => peak / loudest));
    this.after.draw(this.peaks.after.map((peak) => peak / loudest));
  }

  /**
   * @param {"before" | "after"} which
   * @param {number} share 0…1 of the half that is filled
   */
  fill(which, share) {
    this[which].fill(share);
  }
}

/** @param {SVGElement} drawing @param {string} name @param {1 | -1} direction down or up */
function half(drawing, name, direction) {
  const faint = vector("path", { class: `${name} faint` });
  const full = vector("path", { class: `${name} full` });
  drawing.append(faint, full);
  const draw = (/** @type {number[]} */ peaks) => {
    for (const path of [faint, full]) path.setAttribute("d", bars(peaks, direction));
  };
  const fill = (/** @type {number} */ share) => {
    full.style.clipPath = `inset(-10% ${100 - share * 100}% -10% 0)`;
  };
  draw([]);
  fill(0);
  return { draw, fill };
}

/** @param {number[]} peaks none while they are not known @param {1 | -1} direction */
function bars(peaks, direction) {
  const from = HEIGHT + direction * 4;
  return Array.from({ length: SLICES }, (_, n) => {
    const length = Math.max(LEAST, (peaks[n] ?? 0) * (HEIGHT - 10));
    return `M${n + 0.5} ${from}v${(direction * length).toFixed(1)}`;
  }).join("");
}
