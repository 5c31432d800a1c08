/** Draws the cloud: bars of an equaliser rise into it, and rain falls from it. */

import { vector } from "./dom.js";

const WIDTH = 420;
const STEP = 10;
const BASE = 176;
// The cloud is made of circles: centre, height of the centre above the base, radius; in units of the drawing.
const PUFFS = [
  [62, 40, 40],
  [128, 72, 58],
  [222, 92, 76],
  [308, 62, 56],
  [364, 36, 36],
];
// The share of the cloud's height that each bar fills, loud and soft like a phrase of music.
const LOUDNESS = [0.3, 0.52, 0.4, 0.7, 0.56, 0.82, 0.62, 0.48, 0.74, 0.9, 0.66, 0.84, 0.58, 0.44, 0.68, 0.5];
const RAIN = [0, 16, 6, 26, 10, 0, 34, 14, 22, 8, 40, 18, 0, 28, 12, 20];

/**
 * Fill a drawing with the cloud.
 * @param {SVGElement} drawing an empty svg
 */
export function drawSky(drawing) {
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} 236`);
  drawing.append(cloud());
  const [first, last] = [PUFFS[0][0] - 18, PUFFS[PUFFS.length - 1][0] + 14];
  for (let x = first, n = 0; x <= last; x += STEP, n += 1) {
    const top = outline(x) * LOUDNESS[n % LOUDNESS.length];
    drawing.append(bar("rise", x, BASE - 14, BASE - 14 - Math.max(0, top - 14), n));
    const drop = RAIN[n % RAIN.length];
    if (drop) drawing.append(bar("rain", x, BASE + 14, BASE + 14 + drop, n));
  }
}

function cloud() {
  const group = vector("g", { class: "cloud" });
  for (const [cx, up, r] of PUFFS) group.append(vector("circle", { cx, cy: BASE - up, r }));
  const [left, right] = [PUFFS[0], PUFFS[PUFFS.length - 1]];
  const height = Math.max(left[1], right[1]);
  group.append(vector("rect", { x: left[0], y: BASE - height, width: right[0] - left[0], height: height }));
  return group;
}

/** @param {string} kind @param {number} x @param {number} from @param {number} to @param {number} n */
function bar(kind, x, from, to, n) {
  const line = vector("line", { x1: x, x2: x, y1: from, y2: to, class: kind });
  // Neighbouring bars move at different times, like sound.
  line.style.animationDelay = `${-((n * 37) % 40) / 10}s`;
  return line;
}

/** How high the cloud is here. @param {number} x */
function outline(x) {
  const heights = PUFFS.map(([centre, up, radius]) => {
    const under = radius ** 2 - (x - centre) ** 2;
    return under < 0 ? 0 : up + Math.sqrt(under);
  });
  return Math.max(...heights);
}
