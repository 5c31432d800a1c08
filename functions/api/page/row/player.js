/** Plays one sound at a time. Original and result can be switched while playing, to hear the difference. */

import { announce } from "../browser/announce.js";
import { ask } from "../service/api.js";
import { text } from "../words/language.js";
import { explain } from "../service/problem.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
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

/** @param {() => void} listener called after every change of the player */
export function whenPlayerChanges(listener) {
  listeners.add(listener);
}

/**
 * The player's state for a conversion.
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
  // The link may have expired during a long pause; loading again gets a new one.
  if (!isOn || problem) await load(conversion, which, share);
  if (audio.paused) await play();
  else audio.pause();
}

/**
 * Switch to the original or the result, at the same position.
 * @param {Conversion} conversion
 * @param {Which} which
 */
export async function listenTo(conversion, which) {
  const { share, isPlaying } = playerOf(conversion);
  await load(conversion, which, share);
  if (isPlaying) await play();
}

/** @param {Conversion} conversion @param {number} share 0…1, the new position */
export async function seek(conversion, share) {
  if (playing.conversion !== conversion) await load(conversion, "after", share);
  else if (Number.isFinite(audio.duration)) audio.currentTime = share * audio.duration;
}

/** Move forward or back. @param {Conversion} conversion @param {number} seconds */
export function skip(conversion, seconds) {
  if (playing.conversion === conversion) audio.currentTime += seconds;
}

/** Stop playing, for example before a deletion. @param {Conversion | null} [conversion] only if it is this one */
export function stopPlaying(conversion = null) {
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
    // Another one may have been chosen during the request.
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
  // If the browser cannot play this codec, the element's error event reports it.
  await audio.play().catch(() => undefined);
}

/** @param {Conversion} conversion @param {Which} which @returns {Promise<string>} valid for some minutes */
async function addressOf({ file, task }, which) {
  URL.revokeObjectURL(blobUrl);
  if (which === "before" && file) return (blobUrl = URL.createObjectURL(file));
  const { source, outputs } = await ask("GET", `tasks/${task.id}`);
  return (which === "before" ? source : outputs[0]).download.url;
}

function tell() {
  for (const listener of listeners) listener();
}
