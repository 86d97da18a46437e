/* jpeg-lossless.js - JPEG Lossless (ITU-T T.81, annex H): every predictor, 2 to 16 bits, gray or
 * color, point transform, restarts.
 *
 *     sample = prediction from the left (Ra), above (Rb) and above left (Rc) + difference, mod 2^16
 *
 * SPDX-License-Identifier: MIT */
import { Bits, corrupt } from "./huffman.js";
import { firstScan } from "./jpeg-segments.js";

/** @type {Record<number, (a: number, b: number, c: number) => number>} */
const PREDICTORS = {
  1: (a) => a,
  2: (_, b) => b,
  3: (_, __, c) => c,
  4: (a, b, c) => a + b - c,
  5: (a, b, c) => a + ((b - c) >> 1),
  6: (a, b, c) => b + ((a - c) >> 1),
  7: (a, b) => (a + b) >> 1,
};
const SOF3 = 0xc3;

/** One row, before the point transform. @param {Uint16Array} row to be filled
 * @param {Uint16Array} above @param {number} samples of a pixel @param {number} fresh what the first
 * pixel of a frame, or behind a restart, is predicted from; -1 in other rows
 * @param {(a: number, b: number, c: number) => number} predict
 * @param {(component: number) => number} difference */
function readRow(row, above, samples, fresh, predict, difference) {
  for (let i = 0; i < row.length; i += 1) {
    const first = i < samples;
    let from;
    if (fresh >= 0) from = first ? fresh : row[i - samples];
    else from = first ? above[i] : predict(row[i - samples], above[i], above[i - samples]);
    row[i] = from + difference(i % samples);
  }
}

/**
 * Decodes a frame.
 * @param {Uint8Array} bytes
 * @returns {{ samples: Uint16Array, note: string }} pixel by pixel, rows without gaps; throws
 *   DICOM_CORRUPT
 */
export function decodeJpegLossless(bytes) {
  const { frame, restartInterval, components, dc, parameters: [selector, , shifts], at } =
    firstScan(bytes, SOF3);
  const { rows, columns } = frame;
  const samples = components.length;
  const shift = shifts & 15;
  const predict = PREDICTORS[selector];
  // Sampling is relative: what all components have alike, and what one alone has, subsamples nothing.
  if (samples !== frame.components.length
    || components.some(({ sampling }) => sampling !== components[0].sampling)) {
    corrupt("JPEG Lossless with components apart or subsampled");
  }
  if (!predict || shift >= frame.bits || restartInterval % columns) {
    corrupt("JPEG Lossless with parameters that do not exist");
  }
  if (!dc.every((table) => table !== undefined)) return corrupt("a JPEG table is missing");
  const out = new Uint16Array(rows * columns * samples);
  const bits = new Bits(bytes, at);
  const width = columns * samples;
  const restartRows = restartInterval / columns;
  const difference = (/** @type {number} */ c) => bits.signed(bits.code(dc[c]));
  let above = new Uint16Array(width);
  for (let y = 0; y < rows; y += 1) {
    const restarts = restartRows > 0 && y > 0 && y % restartRows === 0;
    if (restarts) bits.restart();
    const row = out.subarray(y * width, (y + 1) * width);
    const fresh = y === 0 || restarts ? 2 ** (frame.bits - shift - 1) : -1;
    readRow(row, above, samples, fresh, predict, difference);
    above = row;
  }
  return { samples: shift ? out.map((value) => value << shift) : out, note: bits.end() };
}
