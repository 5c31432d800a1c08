/** Writes ZIP archives: entries are stored as they are, because compressed audio does not get smaller. */

// APPNOTE.TXT 6.3.10. Sizes and check sums follow each entry, names are in UTF-8.
const FLAGS = 0x0808;
const VERSION = 20;
/** Larger archives need other structures, which not every program reads. */
export const MOST_BYTES = 0xffffffff;

/** @typedef {{name: string, modifiedAt: Date, open: () => Promise<ReadableStream<Uint8Array>>}} Entry */

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let rest = n;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/**
 * The bytes of an archive, entry by entry; each is opened when its turn comes.
 * @param {Entry[]} entries
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* zipOf(entries) {
  /** @type {Uint8Array[]} */
  const directory = [];
  const kind = [VERSION, FLAGS, 0];
  let offset = 0;
  for (const { name, modifiedAt, open } of entries) {
    const title = new TextEncoder().encode(name);
    const stamp = stampOf(modifiedAt);
    const header = join(fields("4 2 2 2 4 4 4 4 2 2", 0x04034b50, ...kind, stamp, 0, 0, 0, title.length, 0), title);
    yield header;
    let [crc, size] = [0xffffffff, 0];
    for await (const chunk of chunksOf(await open())) {
      crc = crcOf(crc, chunk);
      size += chunk.length;
      yield chunk;
    }
    const sizes = fields("4 4 4", ~crc >>> 0, size, size);
    yield join(fields("4", 0x08074b50), sizes);
    const begin = fields("4 2 2 2 2 4", 0x02014b50, VERSION, ...kind, stamp);
    directory.push(join(begin, sizes, fields("2 2 2 2 2 4 4", title.length, 0, 0, 0, 0, 0, offset), title));
    offset += header.length + size + 16;
  }
  const length = directory.reduce((total, { length: bytes }) => total + bytes, 0);
  yield* directory;
  yield fields("4 2 2 2 2 4 4 2", 0x06054b50, 0, 0, entries.length, entries.length, length, offset, 0);
}

/** @param {ReadableStream<Uint8Array>} stream @returns {AsyncGenerator<Uint8Array>} */
async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** @param {number} crc so far @param {Uint8Array} bytes */
function crcOf(crc, bytes) {
  for (let n = 0; n < bytes.length; n += 1) crc = CRC_TABLE[(crc ^ bytes[n]) & 0xff] ^ (crc >>> 8);
  return crc;
}

/** The time in MS-DOS format, to two seconds. @param {Date} moment */
function stampOf(moment) {
  const time = (moment.getHours() << 11) | (moment.getMinutes() << 5) | (moment.getSeconds() >> 1);
  const date = ((moment.getFullYear() - 1980) << 9) | ((moment.getMonth() + 1) << 5) | moment.getDate();
  return date * 65536 + time;
}

/** Numbers in little-endian order. @param {string} widths in bytes @param {...number} values */
function fields(widths, ...values) {
  const bytesOf = (/** @type {number} */ value, /** @type {number} */ width) =>
    Array.from({ length: width }, (_, n) => Math.floor(value / 256 ** n) % 256);
  return Uint8Array.from(widths.split(" ").flatMap((width, n) => bytesOf(values[n], Number(width))));
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
  return joined;
}
