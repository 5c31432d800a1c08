/** Uploads a file: with one PUT if it is small, in a resumable session if it is large. */

import { send } from "./bucket.js";
import { backoff, countFailure, pause, withRetries } from "../service/retries.js";
import { Problem } from "../service/problem.js";

export const LARGE_BYTES = 8 * 1024 * 1024;
// A multiple of 256 KiB, as Cloud Storage requires. After a broken connection, one chunk at most is sent again.
const CHUNK_BYTES = 8 * 1024 * 1024;
const MOST_FAILURES = 12;

/**
 * @typedef {object} SignedRequest as the API returns it
 * @property {string} url
 * @property {string} method
 * @property {Record<string, string>} headers
 */

/**
 * @typedef {object} Way
 * @property {(bytes: number) => void} onSent bytes that were sent so far
 * @property {(interrupted: boolean) => void} onInterruption the connection broke, or is back
 * @property {AbortSignal} signal
 * @property {string | null} session of an earlier, unfinished upload
 * @property {(url: string) => void} onSession a session that can be continued later
 */

/**
 * Upload a file to the bucket, across broken connections.
 * @param {Blob} file
 * @param {SignedRequest & {resumable: SignedRequest}} upload
 * @param {Way} way
 * @throws {Problem} `upload_refused` (412: there is a file already), `offline` after many tries, `unreadable_file`,
 *   `cancelled`
 */
export async function sendFile(file, upload, way) {
  if (file.size < LARGE_BYTES) return putWhole(file, upload, way);
  if (way.session) return putChunks(file, way.session, way);
  const open = () => openSession(upload.resumable, way.signal);
  const url = await withRetries(open, way.signal, () => way.onInterruption(true));
  way.onSession(url);
  return putChunks(file, url, way);
}

/** @param {SignedRequest} request @param {AbortSignal} signal @returns {Promise<string>} the session's URL */
async function openSession(request, signal) {
  const opened = await send({ ...request, signal });
  const url = opened.header("Location");
  if (!url) throw refused(opened.status);
  return url;
}

/** @param {Blob} file @param {SignedRequest} upload @param {Way} way */
async function putWhole(file, upload, way) {
  const attempt = async () => {
    try {
      const answer = await send({ ...upload, body: file, onSent: way.onSent, signal: way.signal });
      if (answer.status >= 300) throw refused(answer.status);
      way.onInterruption(false);
    } catch (problem) {
      way.onInterruption(true);
      throw problem;
    }
  };
  await withRetries(attempt, way.signal);
  way.onSent(file.size);
}

/** @param {Blob} file @param {string} url of the session @param {Way} way */
async function putChunks(file, url, way) {
  let there = 0;
  let isKnown = !way.session;
  for (let failures = 0; there < file.size;) {
    try {
      const arrived = isKnown ? await putChunk(file, url, there, way) : await askHowFar(url, file.size, way);
      way.onInterruption(false);
      isKnown = true;
      failures = 0;
      there = arrived;
      way.onSent(there);
    } catch (problem) {
      isKnown = false;
      failures = countFailure(failures);
      if (!(problem instanceof Problem) || !problem.isPassing || failures > MOST_FAILURES) throw problem;
      way.onInterruption(true);
      await pause(backoff(failures), way.signal);
    }
  }
}

/** @param {Blob} file @param {string} url @param {number} begin @param {Way} way */
async function putChunk(file, url, begin, way) {
  const end = Math.min(begin + CHUNK_BYTES, file.size);
  const headers = { "Content-Range": `bytes ${begin}-${end - 1}/${file.size}` };
  const onSent = (/** @type {number} */ bytes) => way.onSent(begin + bytes);
  const body = file.slice(begin, end);
  return arrivedBytes(
    await send({ method: "PUT", url, headers, body, onSent, signal: way.signal }),
    file.size,
  );
}

/** @param {string} url @param {number} size @param {Way} way */
async function askHowFar(url, size, way) {
  const headers = { "Content-Range": `bytes */${size}` };
  return arrivedBytes(await send({ method: "PUT", url, headers, signal: way.signal }), size);
}

/**
 * The bytes that the bucket has: all on 200, those in `Range` on 308, none if 308 has no `Range`.
 * @param {import("./bucket.js").BucketAnswer} answer
 * @param {number} size
 */
function arrivedBytes(answer, size) {
  if (answer.status >= 200 && answer.status < 300) return size;
  if (answer.status !== 308) throw refused(answer.status);
  const range = /^bytes=0-(\d+)$/.exec(answer.header("Range") ?? "");
  return range ? Number(range[1]) + 1 : 0;
}

/** @param {number} status */
function refused(status) {
  return new Problem("upload_refused", { status });
}
