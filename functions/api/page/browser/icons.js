/** The page's icons, as paths in a square of 24. */

import { vector } from "./dom.js";

const LINES = {
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14",
  upload: "M12 15V4M7.5 8.5 12 4l4.5 4.5M5 19.5h14",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  remove: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5V16M13.5 10.5V16",
  cancel: "m6.5 6.5 11 11m0-11-11 11",
  again: "M4 9h13m-3.5-4L17.5 9 14 13M20 15H7m3.5-4-4 4 4 4",
  times: "M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M12 8v4.5l3 2",
  track: "M9 18V6l9-2v11.5M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M18 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0",
  cut: "M8 4v16M16 4v16M8 8h8M8 16h8",
  more: "m6.5 9.5 5.5 5.5 5.5-5.5",
};
const SHAPES = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7.5 5.5h3v13h-3zM13.5 5.5h3v13h-3z",
};

/**
 * An icon, for sighted people only.
 * @param {keyof typeof LINES | keyof typeof SHAPES} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = vector("svg", { class: "icon", "aria-hidden": "true", viewBox: "0 0 24 24" });
  const kind = name in LINES ? "line" : "shape";
  drawing.append(vector("path", { class: kind, d: { ...LINES, ...SHAPES }[name] }));
  return drawing;
}
