/* codestreams.js - compressed frames that are few bytes and much work, or many pixels, written by hand: most of
 * their bits are zeros. None of them needs an encoder.
 * SPDX-License-Identifier: MIT */

const be16 = (value) => [value >> 8, value & 255];
const be32 = (value) => [...be16(value >>> 16), ...be16(value & 65_535)];
const segment = (marker, content) => [0xff, marker, ...be16(content.length + 2), ...content];
const zeros = (count) => new Uint8Array(count);
const joined = (...parts) => Buffer.concat(parts.map((part) => Uint8Array.from(part)));

/** A code table of one code, "0", for one value. @param {number} which class and identifier @param {number} value */
const oneCode = (which, value) => segment(0xc4, [which, 1, ...new Array(15).fill(0), value]);

/** Black JPEG 2000: every packet is one byte that says it is empty.
 * @param {{ width: number, height: number, components?: number, bits?: number, tile?: number, levels?: number,
 *   block?: number, precinct?: number, layers?: number }} what tile: side in pixels; levels: of the wavelet; block:
 *   exponent of the sides of a code-block, 2..6; precinct: the same of precincts, 1..15 */
export function jpeg2000({ width, height, components = 1, bits = 16, tile = 0, levels = 5, block = 6,
  precinct = 15, layers = 1 }) {
  const [across, down] = tile ? [tile, tile] : [width, height];
  const own = precinct < 15;
  const size = [0, 0, ...[width, height, 0, 0, across, down, 0, 0].flatMap(be32), ...be16(components),
    ...new Array(components).fill([bits - 1, 1, 1]).flat()];
  const coding = [own ? 1 : 0, 0, ...be16(layers), 0, levels, block - 2, block - 2, 0, 1,
    ...(own ? new Array(levels + 1).fill((precinct << 4) | precinct) : [])];
  const steps = new Array(3 * levels + 1).fill((bits + 2) << 3);
  const head = joined([0xff, 0x4f], segment(0x51, size), segment(0x52, coding), segment(0x5c, [0x40, ...steps]));
  const tiles = Math.ceil(width / across) * Math.ceil(height / down);
  const bodies = Array.from({ length: tiles }, (_, i) => {
    const columns = Math.ceil(width / across);
    const wide = Math.min(across, width - (i % columns) * across);
    const high = Math.min(down, height - Math.floor(i / columns) * down);
    const packets = components * layers * packetsOf(wide, high, levels, precinct);
    return joined(segment(0x90, [...be16(i), ...be32(14 + packets), 0, 1]), [0xff, 0x93], zeros(packets));
  });
  return Buffer.concat([head, ...bodies, Buffer.from([0xff, 0xd9])]);
}

/** Precincts of all resolutions of a tile at the origin. */
function packetsOf(width, height, levels, precinct) {
  let sum = 0;
  for (let level = 0; level <= levels; level++) {
    const [wide, high] = [Math.ceil(width / 2 ** level), Math.ceil(height / 2 ** level)];
    sum += Math.ceil(wide / 2 ** precinct) * Math.ceil(high / 2 ** precinct);
  }
  return sum;
}

/** A frame header of JPEG. */
const frame = (process, bits, width, height, components = 1) => segment(process, [bits, ...be16(height),
  ...be16(width), components, ...Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat()]);

/** A scan header. */
const scan = (components, ...parameters) => segment(0xda, [components,
  ...Array.from({ length: components }, (_, i) => [i + 1, 0]).flat(), ...parameters]);

/** Flat lossless JPEG: a bit a sample. tables: so many more code tables come before, each for nothing. */
export function jpegLossless({ width, height, bits = 16, predictor = 7, tables = 0 }) {
  const table = oneCode(0, 0);
  return joined([0xff, 0xd8], frame(0xc3, bits, width, height), ...new Array(tables + 1).fill(table),
    scan(1, predictor, 0, 0), zeros(Math.ceil((width * height) / 8)), [0xff, 0xd9]);
}

/** Flat JPEG of 12 bits. full: every block has its 64 coefficients, each a bit of code and one of value; otherwise
 * only two bits of code. */
export function jpeg12({ width, height, full = false }) {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const bits = full ? 1 + 63 * 2 : 2;
  return joined([0xff, 0xd8], segment(0xdb, [0, ...new Array(64).fill(1)]), frame(0xc1, 12, width, height),
    oneCode(0x00, 0), oneCode(0x10, full ? 1 : 0), scan(1, 0, 63, 0), zeros(Math.ceil((blocks * bits) / 8)),
    [0xff, 0xd9]);
}

/** So many pixels each of these lengths of a run mean (ITU-T T.87, A.7.1): 2^J. */
const RUNS = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** Black JPEG-LS: runs to the end of each line, which are ones. */
export function jpegLs({ width, height, bits = 16 }) {
  let [ones, index] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let left = width; left > 0; ones++) {
      const run = 2 ** RUNS[index];
      if (run <= left) index = Math.min(index + 1, 31);
      left -= run;
    }
  }
  // Behind a byte of ones a bit of zero is stuffed.
  const pairs = Math.floor(ones / 15);
  const rest = ones - 15 * pairs;
  const last = rest > 8 ? [0xff, ((1 << (rest - 8)) - 1) << (15 - rest)] : rest ? [(0xff << (8 - rest)) & 0xff] : [];
  return joined([0xff, 0xd8], frame(0xf7, bits, width, height), scan(1, 0, 0, 0),
    Buffer.alloc(2 * pairs, Buffer.from([0xff, 0x7f])), last, [0xff, 0xd9]);
}
