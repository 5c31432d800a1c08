/** How long chosen files are, as far as the browser can tell from their heads. */

/** @type {WeakMap<File, Promise<number | null>>} */
const known = new WeakMap();
const LONGEST_MS = 5_000;
/** One at a time: a browser has few players. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * @param {File} file
 * @returns {Promise<number | null>} seconds; null if the browser does not know
 */
export function durationOf(file) {
  const found = known.get(file) ?? last.then(() => read(file));
  known.set(file, found);
  last = found;
  return found;
}

/** @param {File} file @returns {Promise<number | null>} */
function read(file) {
  const url = URL.createObjectURL(file);
  const audio = new Audio();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      // Ends what is still being read, which would fail if the URL went first.
      audio.removeAttribute("src");
      audio.load();
      setTimeout(() => URL.revokeObjectURL(url), LONGEST_MS);
    };
    const say = () => {
      const seconds = audio.duration;
      end();
      resolve(Number.isFinite(seconds) && seconds > 0 ? seconds : null);
    };
    const timer = setTimeout(say, LONGEST_MS);
    audio.addEventListener("loadedmetadata", say, { once: true });
    audio.addEventListener("error", say, { once: true });
    audio.preload = "metadata";
    audio.src = url;
  });
}
