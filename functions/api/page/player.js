/** Plays one sound at a time; original and result can be switched in mid-air, to hear the difference. */

import { announce } from "./announce.js";
import { ask } from "./api.js";
import { text } from "./language.js";
import { explain } from "./problem.js";

/** @typedef {import("./conversions.js").Conversion} Conversion */
/** @typedef {"before" | "after"} Which the original or the result */

const audio = new Audio();
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {{conversion: Conversion | null, which: Which, problem: string}} */
const playing = { conversion: null, which: "after", problem: "" };
let blobUrl = "";

for (const event of ["play", "pause", "timeupdate", "ended", "seeked", "durationchange"]) {
  audio.addEventListener(event, tell);
}
audio.addEventListener("error", () => {
  if (!audio.src) return;
  audio.pause();
  const isCut = audio.error?.code === MediaError.MEDIA_ERR_NETWORK;
  playing.problem = text(isCut ? "problem.offline" : "play.cannot");
  announce(playing.problem);
  tell();
});

/** @param {() => void} listener called whenever anything of the player changes */
export function whenPlayerChanges(listener) {
  listeners.add(listener);
}

/**
 * How the player stands towards a conversion.
 * @param {Conversion} conversion
 */
export function playerOf(conversion) {
  const isOn = playing.conversion === conversion;
  const durationS = isOn && Number.isFinite(audio.duration) ? audio.duration : 0;
  return {
    isOn,
    isPlaying: isOn && !audio.paused,
    which: isOn ? playing.which : "after",
    positionS: isOn ? audio.currentTime : 0,
    durationS,
    share: durationS ? audio.currentTime / durationS : 0,
    problem: isOn ? playing.problem : "",
  };
}

/** @param {Conversion} conversion to play, or to pause if it plays */
export async function togglePlaying(conversion) {
  const { isOn, which, share, problem } = playerOf(conversion);
  // Its link may have run out during a long pause: another try has a fresh one.
  if (!isOn || problem) await load(conversion, which, share);
  if (audio.paused) await play();
  else audio.pause();
}

/**
 * Listen to the original or the result, from the same share of it on.
 * @param {Conversion} conversion
 * @param {Which} which
 */
export async function listenTo(conversion, which) {
  const { share, isPlaying } = playerOf(conversion);
  await load(conversion, which, share);
  if (isPlaying) await play();
}

/** @param {Conversion} conversion @param {number} share 0…1 to go on from */
export async function seek(conversion, share) {
  if (playing.conversion !== conversion) await load(conversion, "after", share);
  else if (Number.isFinite(audio.duration)) audio.currentTime = share * audio.duration;
}

/** Go forth or back, as by a key. @param {Conversion} conversion @param {number} seconds */
export function skip(conversion, seconds) {
  if (playing.conversion === conversion) audio.currentTime += seconds;
}

/** Fall silent, as when what plays is deleted. @param {Conversion | null} [conversion] only if it is this one */
export function silence(conversion = null) {
  if (conversion && playing.conversion !== conversion) return;
  audio.pause();
  audio.removeAttribute("src");
  playing.conversion = null;
  tell();
}

/** @param {Conversion} conversion @param {Which} which @param {number} share */
async function load(conversion, which, share) {
  Object.assign(playing, { conversion, which, problem: "" });
  audio.pause();
  try {
    const address = await addressOf(conversion, which);
    // Meanwhile another one may have been chosen.
    if (playing.conversion !== conversion || playing.which !== which) return;
    audio.src = address;
    const begin = () => (audio.currentTime = share * audio.duration);
    if (share) audio.addEventListener("loadedmetadata", begin, { once: true });
  } catch (problem) {
    playing.problem = explain(/** @type {any} */ (problem));
  }
  tell();
}

async function play() {
  // A browser that cannot play this codec says so by the element's error.
  await audio.play().catch(() => undefined);
}

/** @param {Conversion} conversion @param {Which} which @returns {Promise<string>} good for a while */
async function addressOf({ file, task }, which) {
  URL.revokeObjectURL(blobUrl);
  if (which === "before" && file) return (blobUrl = URL.createObjectURL(file));
  const { source, outputs } = await ask("GET", `tasks/${task.id}`);
  return (which === "before" ? source : outputs[0]).download.url;
}

function tell() {
  for (const listener of listeners) listener();
}
