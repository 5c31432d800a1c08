/** Problems, and their explanations for the user. */

import { hours } from "../words/figures.js";
import { knownText, text } from "../words/language.js";

/** Codes of the page's own for what does not answer. */
const UNREACHABLE = ["offline", "sign_in_unreachable"];

/** An error of the API (RFC 9457), or one of the page's own. */
export class Problem extends Error {
  /**
   * @param {string} code stable, as the API documents it; `offline`, `sign_in_unreachable`, `cancelled`,
   *   `upload_refused` and `unreadable_file` are ours
   * @param {{status?: number, detail?: string, hint?: string, field?: string, valid?: unknown[],
   *   retryAfterS?: number}} [about]
   */
  constructor(code, about = {}) {
    super(about.detail ?? code);
    this.code = code;
    this.status = about.status ?? 0;
    this.detail = about.detail ?? "";
    this.hint = about.hint ?? "";
    this.field = about.field;
    this.valid = about.valid;
    this.retryAfterS = about.retryAfterS;
  }

  /** Whether the same request may succeed later. */
  get isPassing() {
    return UNREACHABLE.includes(this.code) || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/**
 * The problem that an error response describes.
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
export async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  const retryAfterS = Number(answer.headers.get("Retry-After")) || undefined;
  return new Problem(body.code ?? "unavailable", { ...body, status: answer.status, retryAfterS });
}

/**
 * One or two sentences for the user: in their language if we have the words, otherwise the API's own.
 * @param {{code: string, message?: string, detail?: string, hint?: string, field?: string, retryAfterS?: number}} problem
 * @returns {string}
 */
export function explain(problem) {
  const message = problem.detail || problem.message || "";
  const hint = problem.hint ?? "";
  const wait = hours(problem.retryAfterS ?? 60);
  const known = knownText(`problem.${problem.code}`, { field: nameOf(problem.field ?? ""), message, hint, wait });
  const own = [message, hint].filter(Boolean).join(" ");
  return known ?? (own || text("problem.internal"));
}

/** A field as the page names it. @param {string} field such as `options.bitRateKbps` or `email` */
function nameOf(field) {
  const name = field.split(".").at(-1) ?? "";
  return knownText(`option.${name}`) ?? knownText(`account.${name}`) ?? field;
}
