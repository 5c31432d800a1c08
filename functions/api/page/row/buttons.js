/** The buttons of a row: what can be done in its state, and what remedies its error. */

import { announce } from "../browser/announce.js";
import { isConfirmed } from "../browser/confirming.js";
import { element } from "../browser/dom.js";
import { icon } from "../browser/icons.js";
import { convertAgain } from "../composer/again.js";
import { canRetry, cancel, remove, retry } from "../conversions/actions.js";
import { change } from "../conversions/conversions.js";
import { download } from "../conversions/downloads.js";
import { explain } from "../service/problem.js";
import { sendAgain } from "../upload/sending.js";
import { text } from "../words/language.js";

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
  ready: ["download", "again", "cut", "remove"],
  failed: ["retry", "remove"],
  cancelled: ["retry", "remove"],
  expired: ["remove"],
};
/** Other settings that remedy an error of an uploaded file. @type {Record<string, string>} */
const REMEDIES = {
  nothing_left: "times",
  no_room: "again",
  takes_too_long: "again",
  timed_out: "again",
  too_large: "again",
  track_not_found: "track",
};
/** @type {Record<string, (conversion: Conversion) => Promise<void>>} */
const ACTIONS = {
  download,
  retry,
  remove,
  cancel,
  again: (conversion) => convertAgain(conversion, "format"),
  times: (conversion) => convertAgain(conversion, "startS"),
  track: (conversion) => convertAgain(conversion, "track"),
};

/** The buttons of one row. */
export class Buttons {
  /** @param {Conversion} conversion @param {() => void} cut opens the row's cut */
  constructor(conversion, cut) {
    this.conversion = conversion;
    this.cut = cut;
    this.node = element("div.buttons");
  }

  /** @param {string} status */
  update(status) {
    const actions = actionsOf(this.conversion, status);
    const shown = actions.map((action) => text(`action.${action}`)).join();
    if (this.shown === shown) return;
    this.shown = shown;
    const hadFocus = this.node.contains(document.activeElement);
    this.node.replaceChildren(...actions.map((action) => this.#button(action)));
    if (hadFocus) this.node.firstElementChild?.focus();
  }

  /** @param {string} action */
  #button(action) {
    const shown = element("span", { text: text(`action.${action}`) });
    const label = `${text(`action.${action}`)}: ${this.conversion.filename}`;
    const onclick = () => this.#act(action);
    const drawn = icon(/** @type {any} */ (action));
    return element(`button.${action}`, { type: "button", "aria-label": label, title: shown.textContent, onclick }, drawn, shown);
  }

  /** @param {string} action */
  async #act(action) {
    const { conversion } = this;
    if (action === "cut") return this.cut();
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
}

/** @param {Conversion} conversion @param {string} status */
function actionsOf(conversion, status) {
  const { task } = conversion;
  const remedy = status === "failed" && task.source.sizeBytes ? REMEDIES[task.error?.code] : undefined;
  const usual = BUTTONS[status].filter((action) => action !== "retry" || canRetry(conversion));
  const possible = usual.filter((action) => action !== "cut" || task.source.durationS);
  if (status === "ready" && hasSeveralTracks(task)) possible.splice(2, 0, "track");
  return remedy ? [remedy, ...possible] : possible;
}

/** A list leaves out the tracks; a note or the option tells of several. @param {any} task */
function hasSeveralTracks({ source, notes, outputs }) {
  const isNoted = notes.some((/** @type {any} */ { code }) => code === "track_chosen");
  return source.tracks?.length > 1 || isNoted || "track" in outputs[0].options;
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

/** @param {(file: File) => void} take */
function chooseFile(take) {
  const input = element("input", { type: "file" });
  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  input.click();
}
