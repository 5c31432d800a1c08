/** All conversions on the page, newest first: those that this page started and those of the history. */

import { wasUploaded } from "../upload/resuming.js";

/**
 * @typedef {object} Conversion
 * @property {string} key the page's own name for it
 * @property {string} filename
 * @property {Output[]} outputs that were requested
 * @property {number} begunAt in ms; the order of the list
 * @property {File | null} file the original, if it was chosen on this page
 * @property {any} task as the API returns it; null until it is created
 * @property {"queued" | "sending" | "interrupted" | "sent" | "stuck"} stage of the upload
 * @property {number} sentBytes
 * @property {{code: string, message?: string, detail?: string, hint?: string, field?: string} | null} problem that stopped the page
 * @property {AbortController} stop
 */

/** @typedef {{format: string, options: Record<string, any>}} Output */

/** @typedef {"queued" | "sending" | "interrupted" | "stuck" | "waiting" | "arrived" | "converting" | "ready"
 *   | "failed" | "cancelled" | "expired"} Status of a conversion, as the page shows it */

const STATUSES = {
  UPLOADED: "arrived",
  CONVERTING: "converting",
  PROCESSED: "ready",
  FAILED: "failed",
  CANCELLED: "cancelled",
  EXPIRED: "expired",
};

const FINAL = new Set(["PROCESSED", "FAILED", "CANCELLED", "EXPIRED"]);

/** @type {Map<string, Conversion>} */
const known = new Map();
let lastBegun = 0;
/** @type {Set<(conversion: Conversion | null) => void>} */
const listeners = new Set();

/** @returns {Conversion[]} newest first */
export function conversions() {
  return [...known.values()].sort((one, other) => other.begunAt - one.begunAt);
}

/**
 * Register a listener for every change.
 * @param {(conversion: Conversion | null) => void} listener gets the changed one, or null if some were added or removed
 */
export function whenConversionsChange(listener) {
  listeners.add(listener);
}

/**
 * Add the conversion of a file that was chosen on this page.
 * @param {File} file
 * @param {string} filename
 * @param {Output[]} outputs
 * @returns {Conversion}
 */
export function startConversion(file, filename, outputs) {
  // Several files may start in the same millisecond, but the times must differ.
  lastBegun = Math.max(Date.now(), lastBegun + 0.001);
  const conversion = { ...blank(crypto.randomUUID(), filename, outputs, lastBegun), file };
  known.set(conversion.key, conversion);
  tell(null);
  return conversion;
}

/**
 * Update conversions from the API's tasks, and add those that are new.
 * @param {any[]} tasks
 */
export function mergeTasks(tasks) {
  let isNew = false;
  for (const task of tasks) {
    const conversion = [...known.values()].find((one) => one.task?.id === task.id);
    const hasUpload = conversion?.task.hasUpload || isUploaded(task);
    if (conversion) change(conversion, { outputs: task.outputs, task: { hasUpload, ...task } });
    else {
      const made = blank(task.id, task.filename, task.outputs, Date.parse(task.createdAt));
      known.set(task.id, { ...made, task: { ...task, hasUpload }, stage: "sent" });
      isNew = true;
    }
  }
  if (isNew) tell(null);
}

/** Whether the file of a task that still waits is there: this browser sent it, or the service looked. @param {any} task */
function isUploaded({ id, state, source }) {
  return state === "WAITING" && (source.sizeBytes !== null || wasUploaded(id));
}

/**
 * Give a conversion the task that the API has created for it.
 * @param {Conversion} conversion
 * @param {any} task
 */
export function adopt(conversion, task) {
  // A list that was loaded at the same time may have added the task already.
  for (const [key, other] of known) if (other.task?.id === task.id) known.delete(key);
  change(conversion, { task, filename: task.filename });
  tell(null);
}

/** @param {Conversion} conversion @param {Partial<Conversion>} values */
export function change(conversion, values) {
  Object.assign(conversion, values);
  if (known.has(conversion.key)) tell(conversion);
}

/** @param {Conversion} conversion */
export function forget(conversion) {
  conversion.stop.abort();
  known.delete(conversion.key);
  tell(null);
}

/** Forget everything, before another user signs in. */
export function forgetAll() {
  for (const conversion of known.values()) conversion.stop.abort();
  known.clear();
  tell(null);
}

/** @param {Conversion} conversion @returns {Status} */
export function statusOf({ task, stage }) {
  const reached = task && /** @type {Record<string, Status>} */ (STATUSES)[task.state];
  if (reached) return reached;
  if (stage !== "sent") return stage;
  return task.hasUpload ? "arrived" : "waiting";
}

/**
 * Names of files that have results in one of these formats, or will have them.
 * @param {string[]} formats
 * @returns {string[]}
 */
export function namesWithResults(formats) {
  const found = conversions().filter((one) => isUnderWay(one) || statusOf(one) === "ready");
  return found.filter(({ outputs }) => outputs.some(({ format }) => formats.includes(format))).map(({ filename }) => filename);
}

/** Whether the service may still change it: all but the final states. @param {Conversion} conversion */
export function isOpen({ task, stage }) {
  return Boolean(task) && stage === "sent" && !FINAL.has(task.state);
}

/** @param {Conversion} conversion @returns {boolean} whether it is in progress */
export function isUnderWay(conversion) {
  return ["queued", "sending", "interrupted", "arrived", "converting"].includes(statusOf(conversion));
}

/** @param {string} key @param {string} filename @param {Output[]} outputs @param {number} begunAt @returns {Conversion} */
function blank(key, filename, outputs, begunAt) {
  const upload = { file: null, stage: /** @type {"queued"} */ ("queued"), sentBytes: 0 };
  return {
    key,
    filename,
    outputs,
    begunAt,
    task: null,
    ...upload,
    problem: null,
    stop: new AbortController(),
  };
}

/** @param {Conversion | null} conversion */
function tell(conversion) {
  for (const listener of listeners) listener(conversion);
}
