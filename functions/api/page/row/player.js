/** Plays one sound at a time. Original and result can be switched while playing, to hear the difference. */

import { announce } from "../browser/announce.js";
import { ask } from "../service/api.js";
import { text } from "../words/language.js";
import { explain } from "../service/problem.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */

const audio = new Audio();
/** @type {Set<() => void>} */
const listeners = new Set();
/**
 * `output`: which of the results, -1: the original; `stopAtS`: the end of the part that is played.
 * @type {{conversion: Conversion | null, output: number, problem: string, stopAtS: number}}
 */
const playing = { conversion: null, output: 0, problem: "", stopAtS: Infinity };
let blobUrl = "";

for (const event of ["play", "pause", "timeupdate", "ended", "seeked", "durationchange"]) {
  audio.addEventListener(event, tell);
}
audio.addEventListener("timeupdate", () => audio.currentTime >= playing.stopAtS && audio.pause());
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
    output: isOn ? playing.output : 0,
    positionS: isOn ? audio.currentTime : 0,
    durationS,
    share: durationS ? audio.currentTime / durationS : 0,
    problem: isOn ? playing.problem : "",
  };
}

/** @param {Conversion} conversion to play, or to pause if it plays */
export async function togglePlaying(conversion) {
  const { isOn, output, positionS, problem } = playerOf(conversion);
  playing.stopAtS = Infinity;
  // The link may have expired during a long pause; loading again gets a new one.
  if (!isOn || problem) await load(conversion, output, () => positionS);
  if (audio.paused) await play();
  else audio.pause();
}

/**
 * Switch to the original or a result, at the same position.
 * @param {Conversion} conversion
 * @param {number} output -1: the original
 */
export async function listenTo(conversion, output) {
  const { share, isPlaying } = playerOf(conversion);
  await load(conversion, output, (durationS) => share * durationS);
  if (isPlaying) await play();
}

/** Play a part of the original. @param {Conversion} conversion @param {number} startS @param {number} endS */
export async function playPart(conversion, startS, endS) {
  const { isOn, output } = playerOf(conversion);
  if (isOn && output < 0) audio.currentTime = startS;
  else await load(conversion, -1, () => startS);
  playing.stopAtS = endS;
  await play();
}

/** @param {Conversion} conversion @param {number} share 0…1, the new position */
export async function seek(conversion, share) {
  playing.stopAtS = Infinity;
  if (playing.conversion !== conversion) await load(conversion, 0, (durationS) => share * durationS);
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

/** @param {Conversion} conversion @param {number} output @param {(durationS: number) => number} positionOf where to begin */
async function load(conversion, output, positionOf) {
  Object.assign(playing, { conversion, output, problem: "", stopAtS: Infinity });
  audio.pause();
  try {
    const address = await addressOf(conversion, output);
    // Another one may have been chosen during the request.
    if (playing.conversion !== conversion || playing.output !== output) return;
    audio.src = address;
    const begin = () => (audio.currentTime = positionOf(audio.duration));
    if (positionOf(1)) audio.addEventListener("loadedmetadata", begin, { once: true });
  } catch (problem) {
    playing.problem = explain(/** @type {any} */ (problem));
  }
  tell();
}

async function play() {
  // If the browser cannot play this codec, the element's error event reports it.
  await audio.play().catch(() => undefined);
}

/** @param {Conversion} conversion @param {number} output @returns {Promise<string>} valid for some minutes */
async function addressOf({ file, task }, output) {
  URL.revokeObjectURL(blobUrl);
  if (output < 0 && file) return (blobUrl = URL.createObjectURL(file));
  const { source, outputs } = await ask("GET", `tasks/${task.id}`);
  return (output < 0 ? source : outputs[output]).download.url;
}

function tell() {
  for (const listener of listeners) listener();
}
