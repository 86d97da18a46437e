/* png.js - writes PNG files: 8 bits, RGB, one IDAT, filter Up.
 * SPDX-License-Identifier: MIT */
import { deflateSync } from "node:zlib";
import { crc32 } from "../../../web/base/crc32.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RGB = 2;
const UP = 2;

/** Whether a file begins as a PNG does. @param {Uint8Array} start */
export const isPng = (start) => SIGNATURE.every((byte, i) => start[i] === byte);

/** @param {string} type @param {Uint8Array} content */
function chunk(type, content) {
  const out = Buffer.alloc(12 + content.length);
  out.writeUInt32BE(content.length, 0);
  out.write(type, 4, "latin1");
  out.set(content, 8);
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
  return out;
}

/**
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} image RGBA; alpha is left out
 * @returns {Buffer}
 */
export function pngBytes({ width, height, data }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, RGB], 8);
  const row = 1 + 3 * width;
  const rows = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    rows[y * row] = UP;
    for (let i = 0; i < 3 * width; i++) {
      const at = 4 * (y * width + Math.floor(i / 3)) + (i % 3);
      rows[y * row + 1 + i] = data[at] - (y ? data[at - 4 * width] : 0);
    }
  }
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from(SIGNATURE), ...parts]);
}
