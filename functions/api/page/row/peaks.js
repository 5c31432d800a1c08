/** The peaks of a sound: the loudest sample of each of a hundred equal slices. */

export const SLICES = 100;
// Decoding holds all samples in memory; this rate keeps them few, and the peaks are the same.
const RATE_HZ = 16_000;
const MOST_BYTES = 24 * 1024 * 1024;

/**
 * The peaks of a file, each 0…1 of the loudest; null if this browser cannot decode it or it is too large.
 * @param {Blob} file
 * @returns {Promise<number[] | null>}
 */
export async function peaksOf(file) {
  if (file.size > MOST_BYTES || file.size === 0) return null;
  try {
    const context = new OfflineAudioContext(1, 1, RATE_HZ);
    return outline(await context.decodeAudioData(await file.arrayBuffer()));
  } catch {
    return null;
  }
}

/**
 * Resample any number of peaks to the number that the page draws.
 * @param {readonly number[]} peaks
 * @returns {number[]}
 */
export function resampled(peaks) {
  const width = peaks.length / SLICES;
  return Array.from({ length: SLICES }, (_, slice) => {
    const begin = Math.floor(slice * width);
    return Math.max(...peaks.slice(begin, Math.max(begin + 1, Math.floor((slice + 1) * width))));
  });
}

/** @param {AudioBuffer} sound */
function outline(sound) {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, n) => sound.getChannelData(n));
  const width = sound.length / SLICES;
  return Array.from({ length: SLICES }, (_, slice) => {
    const [begin, end] = [Math.floor(slice * width), Math.floor((slice + 1) * width)];
    return Math.min(1, Math.max(...channels.map((samples) => loudest(samples, begin, end))));
  });
}

/** @param {Float32Array} samples @param {number} begin @param {number} end */
function loudest(samples, begin, end) {
  let peak = 0;
  for (let n = begin; n < end; n += 1) peak = Math.max(peak, Math.abs(samples[n]));
  return peak;
}
