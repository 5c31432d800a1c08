/** What went wrong, in words that say what to do. */

import { knownText, text } from "./language.js";

/** A refusal of the API (RFC 9457), or what kept us from asking. */
export class Problem extends Error {
  /**
   * @param {string} code stable, as the API documents it; `offline`, `cancelled`, `upload_refused` and
   *   `unreadable_file` are ours
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

  /** Whether the same request may succeed later, without anybody changing anything. */
  get isPassing() {
    return this.code === "offline" || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/**
 * The problem that an answer tells of.
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
export async function problemOf(answer) {
  const told = await answer.json().catch(() => ({}));
  const retryAfterS = Number(answer.headers.get("Retry-After")) || undefined;
  return new Problem(told.code ?? "unavailable", { ...told, status: answer.status, retryAfterS });
}

/**
 * One or two sentences for a person: in their language where we have the words, else the API's own.
 * @param {{code: string, message?: string, detail?: string, hint?: string, field?: string}} problem
 * @returns {string}
 */
export function explain(problem) {
  const known = knownText(`problem.${problem.code}`, { field: nameOf(problem.field ?? "") });
  const told = [problem.detail || problem.message, problem.hint].filter(Boolean).join(" ");
  return known ?? (told || text("problem.internal"));
}

/** A field as the page names it. @param {string} field such as `options.bitRateKbps` or `email` */
function nameOf(field) {
  const name = field.split(".").at(-1) ?? "";
  return knownText(`option.${name}`) ?? knownText(`account.${name}`) ?? field;
}
