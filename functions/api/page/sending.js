/** Starts conversions: creates each task and sends its file, a few at a time. */

import { ask } from "./api.js";
import { adopt, change, conversions, standOf, startConversion } from "./conversions.js";
import { insist } from "./patience.js";
import { Problem } from "./problem.js";
import { forgetSession, keepSession, sessionOf } from "./resuming.js";
import { tellOthers } from "./tabs.js";
import { sendFile } from "./upload.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

const AT_A_TIME = 3;
/** @type {Conversion[]} */
const queue = [];
let busy = 0;
// Tasks are created one after the other: the API's order of them is that of the page.
/** @type {Promise<unknown>} */
let lastCreation = Promise.resolve();

/**
 * Convert files; one that a task waits for, as after a window that was closed too early, is sent to that task.
 * @param {File[]} files
 * @param {string} format
 * @param {Record<string, unknown>} options
 */
export function convertFiles(files, format, options) {
  for (const file of files) {
    const waiting = conversions().find((one) => waitsFor(one, file, format, options));
    if (waiting) sendAgain(waiting, file);
    else queue.push(startConversion(file, format, options));
  }
  pump();
}

/** @param {Conversion} conversion @param {File} file @param {string} format @param {Record<string, unknown>} options */
function waitsFor(conversion, file, format, options) {
  if (standOf(conversion) !== "waiting" || conversion.filename !== file.name.normalize()) return false;
  const [output, ...others] = conversion.task.outputs;
  return !others.length && output.format === format && inOrder(output.options) === inOrder(options);
}

/** @param {Record<string, unknown>} options */
function inOrder(options) {
  return JSON.stringify(Object.entries(options).sort());
}

/**
 * Send a conversion's file again, from where it was if it is the same file.
 * @param {Conversion} conversion that stopped, or that waits for its file
 * @param {File} file
 */
export function sendAgain(conversion, file) {
  change(conversion, { file, stage: "queued", sentBytes: 0, problem: null, stop: new AbortController() });
  queue.push(conversion);
  pump();
}

/** Send what was left behind because its sender had to sign in once more, first come first. */
export function sendLeftBehind() {
  for (const conversion of conversions().reverse()) {
    const { stage, problem, file } = conversion;
    if (file && stage === "stuck" && problem?.code === "unauthenticated") sendAgain(conversion, file);
  }
}

/** How many files are on their way up, or wait for their turn. */
export function filesUnderWay() {
  return busy + queue.filter(({ stop }) => !stop.signal.aborted).length;
}

// A closed window takes what is on its way up with it: ask first.
addEventListener("beforeunload", (event) => busy && event.preventDefault());

function pump() {
  while (busy < AT_A_TIME && queue.length) {
    busy += 1;
    const work = bringUp(/** @type {Conversion} */ (queue.shift())).finally(() => {
      busy -= 1;
      pump();
    });
    tellOthers(work);
  }
}

/** @param {Conversion} conversion */
async function bringUp(conversion) {
  const { signal } = conversion.stop;
  if (signal.aborted) return;
  try {
    await sendOnce(conversion).catch((problem) => {
      // Its address or its session may have run out while the connection was gone: then once more, with a fresh one.
      if (problem.code !== "upload_refused" || !conversion.task) throw problem;
      forgetSession(conversion.task.id);
      return sendOnce(conversion);
    });
    forgetSession(conversion.task.id);
    change(conversion, { stage: "sent", task: { ...conversion.task, hasUpload: true } });
  } catch (problem) {
    if (!signal.aborted) change(conversion, { stage: "stuck", problem: asProblem(problem) });
  }
}

/** @param {Conversion} conversion */
async function sendOnce(conversion) {
  const { stop } = conversion;
  const file = /** @type {File} */ (conversion.file);
  const upload = await uploadOf(conversion);
  const { id } = conversion.task;
  change(conversion, { stage: "sending" });
  await sendFile(file, upload, {
    signal: stop.signal,
    session: sessionOf(id, file),
    onSession: (url) => keepSession(id, file, url),
    onSent: (sentBytes) => change(conversion, { sentBytes }),
    onInterruption: (isBroken) => change(conversion, { stage: isBroken ? "interrupted" : "sending" }),
  });
}

/**
 * Where the file goes: the task is created first, or, if there is one, asked for a fresh address.
 * @param {Conversion} conversion
 */
async function uploadOf(conversion) {
  const { task, file, format, options, stop } = conversion;
  // Whatever else may pass, such as a limit on uploads in a minute, is a wait for its turn.
  const onFailure = (/** @type {Problem} */ { code }) => {
    if (code === "offline") change(conversion, { stage: "interrupted" });
  };
  if (task)
    return (await insist(() => ask("POST", `tasks/${task.id}/upload`), stop.signal, onFailure)).upload;
  const about = { filename: file?.name, contentType: contentType(file), sizeBytes: file?.size };
  const body = { ...about, newFormat: format, options };
  const headers = { "Idempotency-Key": conversion.key };
  const create = () => insist(() => ask("POST", "tasks", { body, headers }), stop.signal, onFailure);
  const creation = lastCreation.then(create, create);
  lastCreation = creation;
  const { upload, ...created } = await creation;
  // It was cancelled before there was a task that could be.
  if (stop.signal.aborted) await ask("DELETE", `tasks/${created.id}`);
  adopt(conversion, created);
  return upload;
}

/** @param {File | null} file */
function contentType(file) {
  return /^[a-z]+\/[\w.+-]+$/i.test(file?.type ?? "") ? file?.type : undefined;
}

/** @param {unknown} problem */
function asProblem(problem) {
  return problem instanceof Problem ? problem : new Problem("internal");
}
