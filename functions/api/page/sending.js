/** Starts conversions: creates each task and sends its file, a few at a time. */

import { ask } from "./api.js";
import { adopt, change, startConversion } from "./conversions.js";
import { insist } from "./patience.js";
import { Problem } from "./problem.js";
import { sendFile } from "./upload.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

const AT_A_TIME = 3;
/** @type {Conversion[]} */
const queue = [];
let busy = 0;

/**
 * Convert files.
 * @param {File[]} files
 * @param {string} format
 * @param {Record<string, unknown>} options
 */
export function convertFiles(files, format, options) {
  // The last one started is shown first: start from the end, so that they are shown in their order.
  for (const file of [...files].reverse()) queue.unshift(startConversion(file, format, options));
  pump();
}

/**
 * Send a conversion's file again, from its beginning.
 * @param {Conversion} conversion that stopped, or that waits for its file
 * @param {File} file
 */
export function sendAgain(conversion, file) {
  change(conversion, { file, stage: "queued", sentBytes: 0, problem: null, stop: new AbortController() });
  queue.push(conversion);
  pump();
}

// A closed window takes what is on its way up with it: ask first.
addEventListener("beforeunload", (event) => busy && event.preventDefault());

function pump() {
  while (busy < AT_A_TIME && queue.length) {
    busy += 1;
    bringUp(/** @type {Conversion} */ (queue.shift())).finally(() => {
      busy -= 1;
      pump();
    });
  }
}

/** @param {Conversion} conversion */
async function bringUp(conversion) {
  const { signal } = conversion.stop;
  if (signal.aborted) return;
  try {
    const upload = await uploadOf(conversion);
    change(conversion, { stage: "sending" });
    await sendFile(/** @type {File} */ (conversion.file), upload, {
      signal,
      onSent: (sentBytes) => change(conversion, { sentBytes }),
      onInterruption: (isBroken) => change(conversion, { stage: isBroken ? "interrupted" : "sending" }),
    });
    change(conversion, { stage: "sent", task: { ...conversion.task, hasUpload: true } });
  } catch (problem) {
    if (!signal.aborted) change(conversion, { stage: "stuck", problem: asProblem(problem) });
  }
}

/**
 * Where the file goes: the task is created first, or, if there is one, asked for a fresh address.
 * @param {Conversion} conversion
 */
async function uploadOf(conversion) {
  const { task, file, format, options, stop } = conversion;
  if (task) return (await insist(() => ask("POST", `tasks/${task.id}/upload`), stop.signal)).upload;
  const about = { filename: file?.name, contentType: contentType(file), sizeBytes: file?.size };
  const body = { ...about, newFormat: format, options };
  const headers = { "Idempotency-Key": conversion.key };
  const { upload, ...created } = await insist(() => ask("POST", "tasks", { body, headers }), stop.signal);
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
