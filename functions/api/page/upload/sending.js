/** Starts conversions: creates each task and sends its file, a few at a time. */

import { ask } from "../service/api.js";
import { adopt, change, conversions, mergeTasks, startConversion, statusOf } from "../conversions/conversions.js";
import { withRetries } from "../service/retries.js";
import { Problem } from "../service/problem.js";
import { forgetSession, keepSession, noteUploaded, sessionOf } from "./resuming.js";
import { tellOtherTabs } from "../browser/tabs.js";
import { visible } from "./names.js";
import { sendFile } from "./upload.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
/** @typedef {import("../conversions/conversions.js").Output} Output */

const AT_A_TIME = 3;
/** @type {Conversion[]} */
const queue = [];
let busy = 0;
// Tasks are created one after the other, so that the API lists them in the order of the page.
/** @type {Promise<unknown>} */
let lastCreation = Promise.resolve();

/**
 * Convert files. A file that an existing task waits for (its window was closed too early) is uploaded to that task.
 * @param {Map<File, string>} files with their names
 * @param {Output[]} outputs
 */
export function convertFiles(files, outputs) {
  for (const [file, name] of files) {
    const waiting = conversions().find((one) => waitsFor(one, name, outputs));
    if (waiting) sendAgain(waiting, file);
    else queue.push(startConversion(file, name, outputs));
  }
  pump();
}

/** @param {Conversion} conversion @param {string} name @param {Output[]} outputs */
function waitsFor(conversion, name, outputs) {
  if (statusOf(conversion) !== "waiting" || conversion.filename !== visible(name)) return false;
  return inOrder(conversion.task.outputs) === inOrder(outputs);
}

/** @param {Output[]} outputs */
function inOrder(outputs) {
  return JSON.stringify(outputs.map(({ format, options }) => [format, Object.entries(options).sort()]));
}

/**
 * Upload a conversion's file again, or continue the upload if it is the same file.
 * @param {Conversion} conversion whose upload stopped or has not begun
 * @param {File} file
 */
export function sendAgain(conversion, file) {
  change(conversion, { file, stage: "queued", sentBytes: 0, problem: null, stop: new AbortController() });
  queue.push(conversion);
  pump();
}

/** Resume the uploads that stopped because the user had to sign in again, in their order. */
export function resumeStopped() {
  for (const conversion of conversions().reverse()) {
    const { stage, problem, file } = conversion;
    if (file && stage === "stuck" && problem?.code === "unauthenticated") sendAgain(conversion, file);
  }
}

/** The number of files that are uploading or queued. */
export function filesUnderWay() {
  return busy + queue.filter(({ stop }) => !stop.signal.aborted).length;
}

// Closing the window stops running uploads, so ask first.
addEventListener("beforeunload", (event) => busy && event.preventDefault());

function pump() {
  while (busy < AT_A_TIME && queue.length) {
    busy += 1;
    const work = uploadFile(/** @type {Conversion} */ (queue.shift())).finally(() => {
      busy -= 1;
      pump();
    });
    tellOtherTabs(work);
  }
}

/** @param {Conversion} conversion */
async function uploadFile(conversion) {
  const { signal } = conversion.stop;
  if (signal.aborted) return;
  try {
    await sendOnce(conversion)
      .catch((problem) => {
        // The URL or the session may have expired during an outage: try once with a new one.
        if (problem.code !== "upload_refused" || isThere(problem) || !conversion.task) throw problem;
        forgetSession(conversion.task.id);
        return sendOnce(conversion);
      })
      .catch((problem) => readAgain(conversion, problem));
    forgetSession(conversion.task.id);
    noteUploaded(conversion.task.id);
    change(conversion, { stage: "sent", task: { ...conversion.task, hasUpload: true } });
  } catch (problem) {
    if (!signal.aborted) change(conversion, { stage: "stuck", problem: asProblem(problem) });
  }
}

/**
 * Whether an upload was refused because the file is there: an earlier attempt succeeded, whose answer was lost, or
 * another window sent it.
 * @param {Problem} problem
 */
function isThere({ code, status }) {
  return code === "conflict" || status === 412;
}

/** Read what has become of a task whose file is there already. @param {Conversion} conversion @param {Problem} problem */
async function readAgain(conversion, problem) {
  if (!conversion.task || !isThere(problem)) throw problem;
  mergeTasks([await ask("GET", `tasks/${conversion.task.id}`)]);
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
 * The upload URLs: from a new task, or new ones for an existing task.
 * @param {Conversion} conversion
 */
async function uploadOf(conversion) {
  const { task, file, filename, outputs, stop } = conversion;
  // Other temporary problems, such as a rate limit, count as waiting in the queue.
  const onFailure = (/** @type {Problem} */ { code }) => {
    if (code === "offline") change(conversion, { stage: "interrupted" });
  };
  if (task)
    return (await withRetries(() => ask("POST", `tasks/${task.id}/upload`), stop.signal, onFailure)).upload;
  const body = { filename, contentType: contentType(file), sizeBytes: file?.size, outputs };
  const headers = { "Idempotency-Key": conversion.key };
  const create = () => withRetries(() => ask("POST", "tasks", { body, headers }), stop.signal, onFailure);
  const creation = lastCreation.then(create, create);
  lastCreation = creation;
  const { upload, ...created } = await creation;
  // The user cancelled it before the task existed.
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
