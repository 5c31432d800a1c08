/** What a user can do with a conversion: cancel, retry, convert again, delete. */

import { ask } from "../service/api.js";
import { change, forget, mergeTasks, statusOf } from "./conversions.js";
import { stopPlaying } from "../row/player.js";
import { convertFiles, sendAgain } from "../upload/sending.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */
/** @typedef {import("./conversions.js").Output} Output */

// Problems that sending the same file again cannot solve.
const IN_VAIN = new Set(["unreadable_file", "declared_too_large", "declared_too_long", "invalid_field"]);

/** Cancel a conversion. Partial results are deleted. @param {Conversion} conversion */
export async function cancel(conversion) {
  conversion.stop.abort();
  if (!conversion.task) forget(conversion);
  else mergeTasks([await ask("POST", `tasks/${conversion.task.id}/cancel`)]);
}

/**
 * Try again: upload the file if that failed, otherwise convert it again.
 * @param {Conversion} conversion
 */
export async function retry(conversion) {
  const { task, file, filename, stage, outputs } = conversion;
  if (file && stage === "stuck") return sendAgain(conversion, file);
  if (file && !task.source.sizeBytes) {
    // The task was cancelled before its file was uploaded. Such a task cannot be restarted.
    await remove(conversion);
    return convertFiles(new Map([[file, filename]]), requested(outputs));
  }
  await putOutputs(conversion, outputs);
}

/**
 * Convert an uploaded file again; the new outputs replace the present ones.
 * @param {Conversion} conversion
 * @param {Output[]} outputs
 */
export async function changeOutputs(conversion, outputs) {
  change(conversion, { problem: null });
  try {
    await putOutputs(conversion, outputs);
  } catch (problem) {
    change(conversion, { problem: /** @type {any} */ (problem) });
  }
}

/** @param {Conversion} conversion @param {Output[]} outputs */
async function putOutputs(conversion, outputs) {
  stopPlaying(conversion);
  const body = { outputs: requested(outputs) };
  mergeTasks([await ask("PUT", `tasks/${conversion.task.id}`, { body })]);
}

/** What a request may say of them. @param {Output[]} outputs */
function requested(outputs) {
  return outputs.map(({ format, options }) => ({ format, options }));
}

/** Whether there is a file to retry with, and a retry may succeed. @param {Conversion} conversion */
export function canRetry(conversion) {
  const { task, file, problem } = conversion;
  if (!file && !task?.source.sizeBytes) return false;
  if (statusOf(conversion) === "failed") return Boolean(task.error?.retryable);
  return !IN_VAIN.has(problem?.code ?? "");
}

/** Remove a conversion and its files, here and in the bucket. @param {Conversion} conversion */
export async function remove(conversion) {
  if (conversion.task) await ask("DELETE", `tasks/${conversion.task.id}`);
  stopPlaying(conversion);
  forget(conversion);
}
