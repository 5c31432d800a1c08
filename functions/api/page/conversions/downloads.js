/** Saves results: of one conversion, of all one after the other, or of all as one ZIP. */

import { element } from "../browser/dom.js";
import { MOST_BYTES, zipOf } from "../browser/zip.js";
import { ask } from "../service/api.js";
import { Problem } from "../service/problem.js";
import { unused } from "../words/names.js";
import { change, conversions, statusOf } from "./conversions.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */

// Browsers block downloads that start at the same time.
const BETWEEN_DOWNLOADS_MS = 400;
// A link that is followed too early is not released too early.
const RELEASE_MS = 60_000;

/** Save every result of a conversion. @param {Conversion} conversion */
export async function download({ task }) {
  const fresh = await ask("GET", `tasks/${task.id}`);
  for (const output of fresh.outputs) {
    // The bucket's answer is an attachment with its name: the page stays where it is.
    follow(output.download.url, output.filename);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
  }
}

/** Save the results of all conversions that are ready, oldest first. */
export async function downloadAll() {
  for (const conversion of allReady()) {
    try {
      await download(conversion);
    } catch (problem) {
      change(conversion, { problem: /** @type {any} */ (problem) });
    }
  }
}

/**
 * Save the results of all conversions that are ready as one archive.
 * @param {(done: number, count: number) => void} onProgress
 * @throws {Problem} `zip_too_large`, or what a download meets
 */
export async function downloadZip(onProgress) {
  const files = allReady().flatMap(({ task }) =>
    task.outputs.map((/** @type {any} */ output, /** @type {number} */ n) => ({ task, output, n })),
  );
  if (files.reduce((total, { output }) => total + output.sizeBytes + 1024, 0) > MOST_BYTES)
    throw new Problem("zip_too_large");
  const given = new Set();
  const names = files.map(({ output }) => unused(output.filename, given));
  const entries = files.map(({ task, n }, place) => ({
    name: names[place],
    modifiedAt: new Date(task.updatedAt),
    open: () => {
      onProgress(place, files.length);
      return contentOf(task.id, n);
    },
  }));
  // The browser keeps a large blob on disk.
  const blob = await new Response(streamOf(zipOf(entries))).blob();
  const url = URL.createObjectURL(new Blob([blob], { type: "application/zip" }));
  follow(url, "sonube.zip");
  setTimeout(() => URL.revokeObjectURL(url), RELEASE_MS);
}

/** @returns {Conversion[]} oldest first */
function allReady() {
  return conversions()
    .reverse()
    .filter((one) => statusOf(one) === "ready");
}

/** @param {string} taskId @param {number} n which of its results @returns {Promise<ReadableStream<Uint8Array>>} */
async function contentOf(taskId, n) {
  const { outputs } = await ask("GET", `tasks/${taskId}`);
  // What the player has loaded without CORS must not be taken from the cache.
  const answer = await fetch(outputs[n].download.url, { cache: "no-store" }).catch(() => {
    throw new Problem("offline");
  });
  if (!answer.ok || !answer.body) throw new Problem("not_found", { status: answer.status });
  return answer.body;
}

/** @param {AsyncGenerator<Uint8Array>} parts @returns {ReadableStream<Uint8Array>} */
function streamOf(parts) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** @param {string} href @param {string} name */
function follow(href, name) {
  const link = element("a", { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}
