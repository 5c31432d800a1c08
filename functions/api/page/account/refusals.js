/** Identity Toolkit's refusals, as problems with the codes of our API: its own table says the same. */

import { Problem } from "../service/problem.js";

/** Google publishes neither how long it locks an account, nor for how long it sends no more mails. */
const LOCKED_S = 60;
const MAILS_S = 3600;

const wrong = { code: "invalid_credentials", status: 401 };
const ended = { code: "unauthenticated", status: 401 };
const mailCode = { code: "mail_code_invalid", status: 403 };
const mails = { code: "too_many_attempts", status: 429, retryAfterS: MAILS_S };
const attempts = { code: "too_many_attempts", status: 429, retryAfterS: LOCKED_S };
const notSetUp = { code: "sign_in_not_set_up", status: 503 };

/** @param {string} field @param {string} detail */
const invalid = (field, detail) => ({ code: "invalid_field", status: 422, field, detail });

/** @type {Record<string, {code: string, status: number, field?: string, detail?: string, retryAfterS?: number}>} */
const REFUSALS = {
  EMAIL_EXISTS: { code: "email_taken", status: 409 },
  INVALID_EMAIL: invalid("email", "This is not a valid e-mail address."),
  MISSING_EMAIL: invalid("email", "Enter your e-mail address."),
  WEAK_PASSWORD: invalid("password", "The password must have at least 6 characters."),
  MISSING_PASSWORD: invalid("password", "Enter your password."),
  PASSWORD_DOES_NOT_MEET_REQUIREMENTS: invalid("password", "The password does not meet the rules. Use a longer one."),
  EMAIL_NOT_FOUND: wrong,
  INVALID_PASSWORD: wrong,
  INVALID_LOGIN_CREDENTIALS: wrong,
  USER_DISABLED: { code: "account_disabled", status: 403 },
  TOKEN_EXPIRED: ended,
  INVALID_REFRESH_TOKEN: ended,
  PROJECT_NUMBER_MISMATCH: ended,
  MISSING_REFRESH_TOKEN: invalid("refreshToken", "Sign in again."),
  USER_NOT_FOUND: ended,
  INVALID_ID_TOKEN: ended,
  CREDENTIAL_TOO_OLD_LOGIN_AGAIN: { code: "recent_sign_in_required", status: 403 },
  MISSING_OOB_CODE: mailCode,
  INVALID_OOB_CODE: mailCode,
  EXPIRED_OOB_CODE: mailCode,
  TOO_MANY_ATTEMPTS_TRY_LATER: attempts,
  RESET_PASSWORD_EXCEED_LIMIT: mails,
  QUOTA_EXCEEDED: mails,
  RESOURCE_EXHAUSTED: attempts,
  ADMIN_ONLY_OPERATION: { code: "sign_up_closed", status: 403 },
  OPERATION_NOT_ALLOWED: notSetUp,
  PASSWORD_LOGIN_DISABLED: notSetUp,
  CONFIGURATION_NOT_FOUND: notSetUp,
  API_KEY_INVALID: notSetUp,
  PERMISSION_DENIED: notSetUp,
  UNAUTHENTICATED: notSetUp,
};

/**
 * The problem in a response that is no success. What is unknown, as from a hotel's network, ends no session.
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
export async function problemOfRefusal(answer) {
  const { error } = await answer.json().catch(() => ({}));
  const said = reasons(error ?? {});
  const known = said.map((reason) => REFUSALS[reason]).find(Boolean);
  if (!known) return new Problem("unavailable", { status: 503 });
  return new Problem(known.code, { detail: said[0], ...known });
}

/**
 * What the error names, most specific first: detail, first word of the message, canonical status.
 * @param {{details?: {reason?: string}[], message?: string, status?: string}} error
 * @returns {string[]}
 */
function reasons({ details = [], message = "", status = "" }) {
  return [...details.map(({ reason }) => reason ?? ""), message.split(" ")[0], status].filter(Boolean);
}
