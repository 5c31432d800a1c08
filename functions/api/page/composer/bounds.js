/** The options of several formats together: each with the values that all of those take that have it. */

/** @typedef {import("../service/formats.js").Bound} Bound */
/** @typedef {import("../service/formats.js").Format} Format */

/**
 * @param {Format[]} formats
 * @returns {Record<string, Bound>}
 */
export function commonBounds(formats) {
  const names = [...new Set(formats.flatMap(({ options }) => Object.keys(options)))];
  const pairs = names.map((name) => {
    const bounds = formats.map(({ options }) => options[name]).filter(Boolean);
    return [name, bounds.reduce((one, other) => one && narrowed(one, other))];
  });
  return Object.fromEntries(pairs.filter(([, bound]) => bound));
}

/**
 * The outputs to request: each format with the options that it has.
 * @param {Format[]} formats
 * @param {Record<string, any>} values
 */
export function outputsOf(formats, values) {
  return formats.map(({ name, options }) => ({
    format: name,
    options: Object.fromEntries(Object.entries(values).filter(([key]) => key in options)),
  }));
}

/** Whether an option may have this value. @param {Bound | undefined} bound @param {any} value */
export function takes(bound, value) {
  if (!bound) return false;
  if (bound.values) return bound.values.includes(value);
  return typeof value !== "number" || (value >= (bound.minimum ?? value) && value <= (bound.maximum ?? value));
}

/** @param {Bound} one @param {Bound} other @returns {any} null if they have no value in common */
function narrowed(one, other) {
  // A scale that is best at its other end is another option.
  if (one.type !== other.type || one.better !== other.better) return null;
  if (one.values || other.values) {
    const values = (one.values ?? other.values ?? []).filter((value) => takes(one, value) && takes(other, value));
    return values.length ? { ...one, values } : null;
  }
  const minimum = Math.max(one.minimum ?? -Infinity, other.minimum ?? -Infinity);
  const maximum = Math.min(one.maximum ?? Infinity, other.maximum ?? Infinity);
  if (minimum > maximum) return null;
  return Number.isFinite(minimum) && Number.isFinite(maximum) ? { ...one, minimum, maximum } : one;
}
