/* colour.js - colour and palette films to RGB of 8 bits (PS3.3, C.7.6.3.1).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { lookUp, readLut } from "./lut.js";
import { toByte } from "./window.js";

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./layout.js").Layout} Layout */

/** RGBA, opaque. @param {number} pixels @param {(i: number, out: Uint8Array, to: number) => void} put */
function rgba(pixels, put) {
  const out = new Uint8Array(4 * pixels).fill(255);
  for (let i = 0; i < pixels; i += 1) put(i, out, 4 * i);
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
 * @param {Uint8Array | Uint16Array} samples of 8 bits, pixel by pixel, or one colour after the other
 * @param {{ rows: number, columns: number, planar: boolean, ybr: boolean }} how
 * @returns {Uint8Array} RGBA
 */
export function renderColour(samples, { rows, columns, planar, ybr }) {
  const pixels = rows * columns;
  const [step, next] = planar ? [1, pixels] : [3, 1];
  return rgba(pixels, (i, out, to) => {
    const [a, b, c] = [samples[i * step], samples[i * step + next], samples[i * step + 2 * next]];
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
 * @param {DataSet} set @param {Layout} layout @param {Uint8Array | Uint16Array} samples
 * @returns {Uint8Array} RGBA
 */
export function renderPalette(set, { rows, columns, stored, highBit, signed }, samples) {
  const luts = [
    readLut(set, "paletteRed", "redData", signed),
    readLut(set, "paletteGreen", "greenData", signed),
    readLut(set, "paletteBlue", "blueData", signed),
  ];
  if (!luts.every((lut) => lut !== null)) throw new EvaxError("DICOM_CORRUPT", "its palette is missing");
  const shift = highBit + 1 - stored;
  const mask = 2 ** stored - 1;
  const sign = signed ? 2 ** (stored - 1) : 0;
  return rgba(rows * columns, (i, out, to) => {
    const index = (((samples[i] >> shift) & mask) ^ sign) - sign;
    for (let c = 0; c < 3; c += 1) out[to + c] = lookUp(luts[c], index) >> (luts[c].bits - 8);
  });
}
