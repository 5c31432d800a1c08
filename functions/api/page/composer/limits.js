/** What the service takes and how long it keeps it, said before anything is uploaded. */

import * as figures from "../words/figures.js";
import { text, whenLanguageChanges } from "../words/language.js";

/** @param {import("../service/formats.js").Limits | null} limits null if the service does not say */
export function showLimits(limits) {
  if (!limits) return;
  const draw = () => {
    const values = {
      size: figures.size(limits.uploadMaxBytes),
      length: figures.hours(limits.durationMaxS),
      days: limits.keptDays,
    };
    for (const place of document.querySelectorAll(".limits")) place.textContent = text("drop.limits", values);
  };
  whenLanguageChanges(draw);
  draw();
}
