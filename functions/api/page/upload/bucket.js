/** One request to the bucket, with progress. It uses XMLHttpRequest, because fetch does not report upload progress. */

import { Problem } from "../service/problem.js";

// A connection without a byte for this long counts as broken.
const STALL_MS = 60_000;

/**
 * @typedef {object} BucketRequest
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} [headers]
 * @property {Blob} [body] a slice of a file is read as it is sent
 * @property {(bytes: number) => void} [onSent] bytes of the body so far
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {{status: number, header: (name: string) => string | null}} BucketAnswer
 */

/**
 * Send a request. Any response is returned, even an error.
 * @param {BucketRequest} wanted
 * @returns {Promise<BucketAnswer>}
 * @throws {Problem} `offline`: no response; `cancelled`: by the signal; `unreadable_file`: the body cannot be read
 */
export function send({ method, url, headers = {}, body, onSent, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stall = watchdog(() => request.abort());
    const abort = () => request.abort();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      stall.reset();
      onSent?.(event.loaded);
    };
    request.onload = () =>
      resolve({ status: request.status, header: (name) => request.getResponseHeader(name) });
    request.onerror = request.onabort = async () => {
      const isLost = body && !(await isReadable(body));
      reject(new Problem(signal?.aborted ? "cancelled" : isLost ? "unreadable_file" : "offline"));
    };
    request.onloadend = () => {
      stall.end();
      signal?.removeEventListener("abort", abort);
    };
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) reject(new Problem("cancelled"));
    else request.send(body ?? null);
  });
}

/** Whether the first byte can be read; not if the file was changed or moved, or is a folder. @param {Blob} body */
function isReadable(body) {
  return body
    .slice(0, 1)
    .arrayBuffer()
    .then(Boolean, () => false);
}

/** @param {() => void} bark */
function watchdog(bark) {
  let timer = setTimeout(bark, STALL_MS);
  return {
    reset: () => {
      clearTimeout(timer);
      timer = setTimeout(bark, STALL_MS);
    },
    end: () => clearTimeout(timer),
  };
}
