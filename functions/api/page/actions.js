/** What a person can do with a conversion: download, cancel, retry, delete. */

import { ask } from "./api.js";
import { change, conversions, forget, mergeTasks, standOf } from "./conversions.js";
import { element } from "./dom.js";
import { silence } from "./player.js";
import { convertFiles, sendAgain } from "./sending.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

// Browsers take several downloads at once for an attack unless they come one by one.
const BETWEEN_DOWNLOADS_MS = 400;
// What no further try at sending the same file can change.
const IN_VAIN = new Set(["unreadable_file", "declared_too_large", "declared_too_long", "invalid_field"]);

/** Save every result of a conversion. @param {Conversion} conversion */
export async function download({ task }) {
  const fresh = await ask("GET", `tasks/${task.id}`);
  for (const output of fresh.outputs) {
    // The bucket's answer is an attachment with its name: the page stays where it is.
    const link = element("a", { href: output.download.url, download: output.filename });
    document.body.append(link);
    link.click();
    link.remove();
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
  }
}

/** Save the results of all that are ready, oldest first. */
export async function downloadAll() {
  for (const conversion of conversions().reverse()) {
    if (standOf(conversion) !== "ready") continue;
    try {
      await download(conversion);
    } catch (problem) {
      change(conversion, { problem: /** @type {any} */ (problem) });
    }
  }
}

/** Stop a conversion; what was begun is thrown away. @param {Conversion} conversion */
export async function cancel(conversion) {
  conversion.stop.abort();
  if (!conversion.task) forget(conversion);
  else mergeTasks([await ask("POST", `tasks/${conversion.task.id}/cancel`)]);
}

/**
 * Try again: what the page could not send is sent, what could not be converted is converted once more.
 * @param {Conversion} conversion
 */
export async function retry(conversion) {
  const { task, file, stage, format, options } = conversion;
  if (file && stage === "stuck") return sendAgain(conversion, file);
  if (file && !task.source.sizeBytes) {
    // It was stopped before its file had come up, and such a task is at its end.
    await remove(conversion);
    return convertFiles([file], format, options ?? {});
  }
  const outputs = task.outputs.map((/** @type {any} */ output) => ({
    format: output.format,
    options: output.options,
  }));
  mergeTasks([await ask("PUT", `tasks/${task.id}`, { body: { outputs } })]);
}

/** Whether there is anything to try again with, and another try may end otherwise. @param {Conversion} conversion */
export function canRetry(conversion) {
  const { task, file, problem } = conversion;
  if (!file && !task?.source.sizeBytes) return false;
  if (standOf(conversion) === "failed") return Boolean(task.error?.retryable);
  return !IN_VAIN.has(problem?.code ?? "");
}

/** Remove a conversion and its files, here and in the bucket. @param {Conversion} conversion */
export async function remove(conversion) {
  if (conversion.task) await ask("DELETE", `tasks/${conversion.task.id}`);
  silence(conversion);
  forget(conversion);
}
