/* jpeg12.js - sequential JPEG of 12 bits (ITU-T T.81, process 4), gray: what no decoder in
 * browsers, and no package that we found, reads. The arithmetic is libjpeg's, so its pixels are too.
 * SPDX-License-Identifier: MIT */
import { Bits, corrupt } from "./huffman.js";
import { firstScan } from "./jpeg-segments.js";

/** @typedef {import("./jpeg-segments.js").Frame} Frame */

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,
  6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45,
  38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
const BITS = 12;
const MAX = 4095;
const SOF1 = 0xc1;

/* As in libjpeg's jidctint.c: constants have 13 bits; 12-bit samples leave one between passes. */
const PASS1_SHIFT = 13 - 1;
const PASS2_SHIFT = 13 + 1 + 3;

/** Eight values to eight, in place, `step` apart: Loeffler, Ligtenberg and Moschytz. Sums may
 * exceed 32 bits, which doubles hold.
 * @param {Float64Array} v @param {number} at @param {number} step @param {number} shift */
function idct1d(v, at, step, shift) {
  const i0 = v[at], i1 = v[at + step], i2 = v[at + 2 * step], i3 = v[at + 3 * step];
  const i4 = v[at + 4 * step], i5 = v[at + 5 * step], i6 = v[at + 6 * step], i7 = v[at + 7 * step];
  const c = (i2 + i6) * 4433;
  const e2 = c - i6 * 15137;
  const e3 = c + i2 * 6270;
  const e0 = (i0 + i4) * 8192;
  const e1 = (i0 - i4) * 8192;
  const z5 = (i7 + i3 + i5 + i1) * 9633;
  const z1 = (i7 + i1) * 7373;
  const z2 = (i5 + i3) * 20995;
  const z3 = z5 - (i7 + i3) * 16069;
  const z4 = z5 - (i5 + i1) * 3196;
  const scale = 2 ** shift;
  const put = (/** @type {number} */ i, /** @type {number} */ even, /** @type {number} */ odd) => {
    v[at + i * step] = Math.floor((even + odd) / scale + 0.5);
    v[at + (7 - i) * step] = Math.floor((even - odd) / scale + 0.5);
  };
  put(0, e0 + e3, i1 * 12299 - z1 + z4);
  put(1, e1 + e2, i3 * 25172 - z2 + z3);
  put(2, e1 - e2, i5 * 16819 - z2 + z4);
  put(3, e0 - e3, i7 * 2446 - z1 + z3);
}

/** One block of 64 coefficients, dequantized, in natural order; the new DC prediction.
 * @param {Bits} bits @param {Float64Array} block @param {number} dc @param {Uint16Array} dcCodes
 * @param {Uint16Array} acCodes @param {Uint16Array} quantizer */
function readBlock(bits, block, dc, dcCodes, acCodes, quantizer) {
  block.fill(0);
  const here = dc + bits.signed(bits.code(dcCodes));
  block[0] = here * quantizer[0];
  for (let k = 1; k < 64; k += 1) {
    const code = bits.code(acCodes);
    const size = code & 15;
    if (size === 0 && code >> 4 < 15) break;
    k += code >> 4;
    if (k > 63) corrupt("a JPEG block has too many coefficients");
    block[ZIGZAG[k]] = bits.signed(size) * quantizer[k];
  }
  return here;
}

/** @param {Float64Array} block @param {Uint16Array} out @param {number} x @param {number} y
 * @param {Frame} frame */
function putBlock(block, out, x, y, { rows, columns }) {
  for (let i = 0; i < 8; i += 1) idct1d(block, i, 8, PASS1_SHIFT);
  for (let i = 0; i < 8; i += 1) idct1d(block, 8 * i, 1, PASS2_SHIFT);
  const [wide, high] = [Math.min(8, columns - x), Math.min(8, rows - y)];
  for (let j = 0; j < high; j += 1) {
    for (let i = 0; i < wide; i += 1) {
      const value = block[8 * j + i] + (MAX + 1) / 2;
      out[(y + j) * columns + x + i] = Math.min(Math.max(value, 0), MAX);
    }
  }
}

/**
 * Decodes a frame of 12-bit gray.
 * @param {Uint8Array} bytes
 * @returns {{ samples: Uint16Array, note: string }} rows without gaps; throws DICOM_CORRUPT
 */
export function decodeJpeg12(bytes) {
  const { frame, restartInterval, quantizers, components, dc: [dcCodes], ac: [acCodes], at } =
    firstScan(bytes, SOF1);
  const quantizer = quantizers.get(components[0]?.quantizer);
  if (frame.bits !== BITS || components.length !== 1) corrupt("it is not 12-bit gray JPEG");
  if (!quantizer || !dcCodes || !acCodes) return corrupt("a JPEG table is missing");
  const out = new Uint16Array(frame.rows * frame.columns);
  const bits = new Bits(bytes, at);
  const block = new Float64Array(64);
  let [dc, count] = [0, 0];
  for (let y = 0; y < frame.rows; y += 8) {
    for (let x = 0; x < frame.columns; x += 8, count += 1) {
      if (restartInterval && count && count % restartInterval === 0) {
        bits.restart();
        dc = 0;
      }
      dc = readBlock(bits, block, dc, dcCodes, acCodes, quantizer);
      putBlock(block, out, x, y, frame);
    }
  }
  return { samples: out, note: bits.end() };
}
