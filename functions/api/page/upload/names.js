/** The name that the API gives a file: as `visible` in shared/domain/names.py, with the same characters. */

const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/g;

/** @param {string} name @returns {string} in NFC, without invisible characters */
export function visible(name) {
  return name.replace(INVISIBLE, "").normalize();
}
