/** Draws the cloud of sound: bars of an equaliser whose outline is a cloud. */

import { vector } from "./dom.js";

const BARS = 41;
const STEP = 10;
const BASE = 150;
// Circles that make up the cloud: centre, height of the centre above the base, radius; in units of the drawing.
const PUFFS = [
  [62, 28, 46],
  [130, 48, 62],
  [212, 66, 76],
  [296, 44, 60],
  [352, 24, 42],
];

/**
 * Fill a drawing with the cloud.
 * @param {SVGElement} drawing an empty svg
 */
export function drawSky(drawing) {
  drawing.setAttribute("viewBox", `0 0 ${BARS * STEP} 200`);
  for (let n = 0; n < BARS; n += 1) {
    const x = n * STEP + STEP / 2;
    const top = height(x);
    if (top > 6) drawing.append(bar(x, BASE - top, BASE + Math.min(36, top * 0.32), n));
  }
}

/** @param {number} x @param {number} top @param {number} bottom @param {number} n */
function bar(x, top, bottom, n) {
  const line = vector("line", { x1: x, x2: x, y1: top, y2: bottom, class: "bar" });
  // Neighbours move at different times: a sound, not a machine.
  line.style.animationDelay = `${-((n * 37) % 40) / 10}s`;
  return line;
}

/** How high the cloud is here, with the unevenness of a sound. @param {number} x */
function height(x) {
  const outline = Math.max(...PUFFS.map(([centre, up, radius]) => up + arc(radius, x - centre)));
  return outline * (0.84 + 0.16 * Math.sin(x * 0.9) * Math.cos(x * 0.23));
}

/** @param {number} radius @param {number} distance @returns {number} negative beyond the circle */
function arc(radius, distance) {
  const under = radius ** 2 - distance ** 2;
  return under < 0 ? -200 : Math.sqrt(under);
}
