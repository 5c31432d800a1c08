/** The page's icons, as paths in a square of 24. */

import { vector } from "./dom.js";

const LINES = {
  download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14",
  upload: "M12 15V4M7.5 8.5 12 4l4.5 4.5M5 19.5h14",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  remove: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5V16M13.5 10.5V16",
  cancel: "m6.5 6.5 11 11m0-11-11 11",
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
