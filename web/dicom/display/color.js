/* color.js - color and palette films to RGB of 8 bits (PS3.3, C.7.6.3.1).
 * SPDX-License-Identifier: MIT */
import { leastOf } from "./levels.js";
import { lookUp } from "./lut.js";
import { readPalette } from "./palette.js";
import { chunks } from "../../base/steps.js";
import { toByte } from "./window.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("./levels.js").Depth} Depth */
/** @typedef {import("../frame/layout.js").Layout} Layout */

/** RGBA, opaque. @param {number} pixels @param {(i: number, out: Uint8Array, to: number) => void} put
 * @returns {Generator<void, Uint8Array>} */
function* rgba(pixels, put) {
  const out = new Uint8Array(4 * pixels);
  for (const [from, to] of chunks(pixels)) {
    for (let i = from; i < to; i += 1) {
      put(i, out, 4 * i);
      out[4 * i + 3] = 255;
    }
    yield;
  }
  return out;
}

/** @param {Uint8Array} out @param {number} to @param {number} y @param {number} cb @param {number} cr */
function putYbr(out, to, y, cb, cr) {
  out[to] = toByte(y + 1.402 * (cr - 128));
  out[to + 1] = toByte(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
  out[to + 2] = toByte(y + 1.772 * (cb - 128));
}

/**
 * RGB or YBR.
 * @param {import("./levels.js").Samples} samples pixel by pixel, or one color after the other; of more than
 *   8 bits the upper 8 count, as in 16-bit PNG
 * @param {Depth} depth
 * @param {{ rows: number, columns: number, planar: boolean, ybr: boolean }} how
 * @returns {Generator<void, Uint8Array>} RGBA
 */
export function renderColor(samples, { shift, bits }, { rows, columns, planar, ybr }) {
  const pixels = rows * columns;
  const [step, next] = planar ? [1, pixels] : [3, 1];
  const down = shift + bits - 8;
  return rgba(pixels, (i, out, to) => {
    const at = i * step;
    const [a, b, c] = [samples[at] >> down & 255, samples[at + next] >> down & 255,
      samples[at + 2 * next] >> down & 255];
    if (ybr) putYbr(out, to, a, b, c);
    else {
      out[to] = a;
      out[to + 1] = b;
      out[to + 2] = c;
    }
  });
}

/**
 * PALETTE COLOR.
 * @param {DataSet} set @param {Layout} layout @param {import("./levels.js").Samples} samples
 * @param {Depth} depth
 * @returns {Generator<void, Uint8Array>} RGBA; throws DICOM_CORRUPT
 */
export function renderPalette(set, { rows, columns }, samples, depth) {
  const { shift, bits, rangeBits, signed } = depth;
  const least = leastOf(depth);
  const luts = readPalette(set, [least, least + 2 ** rangeBits - 1]);
  const mask = 2 ** bits - 1;
  const sign = signed ? 2 ** (bits - 1) : 0;
  return rgba(rows * columns, (i, out, to) => {
    const index = (((samples[i] >> shift) & mask) ^ sign) - sign;
    for (let c = 0; c < 3; c += 1) out[to + c] = lookUp(luts[c], index) >> (luts[c].bits - 8);
  });
}
