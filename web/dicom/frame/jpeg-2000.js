/* jpeg-2000.js - what a JPEG 2000 codestream says of itself (ITU-T T.800, annex A), and what decoding it would take,
 * counted before any decoder sees it.
 *
 *     main header: SIZ, COD, COC ── tile-part: SOT, COD, COC, SOD, packets ── next tile-part
 *
 * A decoder allocates something for every tile, precinct and code-block, and goes through every packet; a header
 * of 100 bytes can ask for millions of them.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** How a component is divided. block: exponents of the sides of a code-block; precincts: the same of each
 * resolution, empty if they are as large as can be.
 * @typedef {{ levels: number, block: [number, number], precincts: [number, number][] }} Division */
/** @typedef {{ width: number, height: number }} Size */

const MARKER = { SIZ: 0xff51, COD: 0xff52, COC: 0xff53, SOT: 0xff90, SOD: 0xff93 };
/* SOC and SIZ. */
const START = 0xff4fff51;
const SIZ_BYTES = 45;
const JP2_SIGNATURE = 0x6a502020;
const JP2_CODESTREAM = 0x6a703263;

/* What a film of so many samples may be divided into; more is no help to anybody. */
const FREE_BLOCKS = 65_536;
const SAMPLES_A_BLOCK = 256;
const FREE_TILES = 4_096;
const SAMPLES_A_TILE = 65_536;
const MOST_TILE_PARTS = 131_072;
const MOST_LEVELS = 32;
const LARGEST_PRECINCT = 15;

/** @param {string} what @returns {never} */
function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", `a JPEG 2000 frame ${what}`);
}

/** @param {number} count @param {number} most @param {string} what */
function limit(count, most, what) {
  if (count <= most) return;
  throw new EvaxError("DICOM_LIMIT", `a JPEG 2000 frame of ${count} ${what}`);
}

/** Where the codestream begins, in or without boxes. @param {DataView} view */
function codestreamStart(view) {
  if (view.byteLength < 12 || view.getUint32(4) !== JP2_SIGNATURE) return 0;
  for (let at = 0; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === JP2_CODESTREAM) return at + 8;
    if (length < 8) break;
    at += length;
  }
  return corrupt("has no codestream");
}

/** The marker segments of the main header and of the headers of all tile-parts: marker, and where it lies.
 * @param {DataView} view @param {number} at the SIZ marker @returns {Generator<[number, number], void>} */
function* segmentsOf(view, at) {
  let part = 0;
  for (let parts = 0; at + 12 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === MARKER.SOT) {
      limit(++parts, MOST_TILE_PARTS, "tile-parts");
      part = at + view.getUint32(at + 6);
    }
    if (marker < 0xff00) return;
    if (marker !== MARKER.SOD) yield [marker, at];
    else if (part <= at) return; // the last one may not say how long it is
    at = marker === MARKER.SOD ? part : at + 2 + Math.max(2, view.getUint16(at + 2));
  }
}

/** A COD or COC segment, from its number of levels on. @param {DataView} view @param {number} at
 * @param {boolean} own whether it has precincts of its own @returns {Division} */
function divisionAt(view, at, own) {
  const byte = (/** @type {number} */ i) => (at + i < view.byteLength ? view.getUint8(at + i) : 0);
  const levels = byte(0);
  if (levels > MOST_LEVELS) corrupt("has too many levels");
  return {
    levels, block: [(byte(1) & 15) + 2, (byte(2) & 15) + 2],
    precincts: own ? Array.from({ length: levels + 1 }, (_, i) => [byte(5 + i) & 15, byte(5 + i) >> 4]) : [],
  };
}

/** Precincts and code-blocks of a component of a tile. @param {Size} tile @param {Division} how */
function partsOf({ width, height }, { levels, block, precincts }) {
  const parts = { precincts: 0, blocks: 0 };
  const pieces = (/** @type {number} */ size, /** @type {number} */ exponent) => Math.ceil(size / 2 ** exponent);
  for (let level = 0; level <= levels; level += 1) {
    const [wide, high] = [pieces(width, levels - level), pieces(height, levels - level)];
    const [x, y] = precincts[level] ?? [LARGEST_PRECINCT, LARGEST_PRECINCT];
    parts.precincts += pieces(wide, x) * pieces(high, y);
    // But for the first, a resolution has three bands of half its size, and half its precincts.
    const half = level > 0 ? 1 : 0;
    parts.blocks += (half ? 3 : 1) * pieces(wide / (1 + half), Math.min(block[0], Math.max(x - half, 0)))
      * pieces(high / (1 + half), Math.min(block[1], Math.max(y - half, 0)));
  }
  return parts;
}

/** Of all tiles, by the division that asks for most. @param {DataView} view @param {number} at the SIZ marker
 * @param {{ tile: Size, tiles: number, components: number, samples: number }} image
 * @returns {boolean} whether the main header chooses the reversible wavelet */
function checkParts(view, at, { tile, tiles, components, samples }) {
  let [blocks, precincts, layers, reversible, header] = [0, 0, 1, false, true];
  for (const [marker, start] of segmentsOf(view, at)) {
    if (marker === MARKER.SOT) header = false;
    const isDefault = marker === MARKER.COD;
    if (!isDefault && marker !== MARKER.COC) continue;
    const body = start + 4 + (isDefault ? 0 : components < 257 ? 1 : 2);
    if (body + 10 > view.byteLength) corrupt("ends within its header");
    const levelsAt = body + (isDefault ? 5 : 1);
    const parts = partsOf(tile, divisionAt(view, levelsAt, (view.getUint8(body) & 1) === 1));
    [blocks, precincts] = [Math.max(blocks, parts.blocks), Math.max(precincts, parts.precincts)];
    if (!isDefault) continue;
    layers = Math.max(layers, view.getUint16(body + 2));
    if (header) reversible = view.getUint8(levelsAt + 4) === 1;
  }
  const all = tiles * components;
  limit(all * blocks, FREE_BLOCKS + samples / SAMPLES_A_BLOCK, "code-blocks");
  limit(all * precincts, FREE_BLOCKS + samples / SAMPLES_A_BLOCK, "precincts");
  limit(all * precincts * layers, view.byteLength, "packets"); // each has a byte at least
  return reversible;
}

/**
 * @param {Uint8Array} bytes
 * @returns {import("./codestream.js").Claim} throws DICOM_CORRUPT, DICOM_UNSUPPORTED, DICOM_LIMIT
 */
export function jpeg2000Claim(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = codestreamStart(view);
  if (at + SIZ_BYTES > view.byteLength || view.getUint32(at) !== START) {
    throw new EvaxError("DICOM_CORRUPT", "a frame is not JPEG 2000");
  }
  const field = (/** @type {number} */ i) => view.getUint32(at + 8 + 4 * i);
  const [right, bottom, left, top, width, height, tileLeft, tileTop] = Array.from({ length: 8 }, (_, i) => field(i));
  const components = view.getUint16(at + 40);
  const tiles = Math.ceil((right - tileLeft) / width) * Math.ceil((bottom - tileTop) / height);
  if (!(tiles <= 65_535)) corrupt("has too many tiles");
  if (view.getUint8(at + 43) !== 1 || view.getUint8(at + 44) !== 1) {
    throw new EvaxError("DICOM_UNSUPPORTED", "JPEG 2000 with subsampled components");
  }
  const [columns, rows] = [right - left, bottom - top];
  const samples = columns * rows * components;
  limit(tiles, FREE_TILES + samples / SAMPLES_A_TILE, "tiles");
  const tile = { width: Math.min(width, right), height: Math.min(height, bottom) };
  const depth = view.getUint8(at + 42);
  return {
    codec: "jpeg-2000", columns, rows, samples: components, bits: (depth & 127) + 1, signed: depth > 127,
    lossless: checkParts(view, at + 2, { tile, tiles, components, samples }), planar: false,
  };
}
