/* pictures.js - PNG and JPEG files that are large or slow to decode, made in memory from very few bytes.
 * SPDX-License-Identifier: MIT */
import { deflateSync } from "node:zlib";
import { crc32 } from "../../web/base/crc32.js";

const be16 = (value) => [value >> 8, value & 255];
const be32 = (value) => [...be16(value >>> 16), ...be16(value & 65_535)];

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type), content]);
  return Buffer.concat([Buffer.from(be32(content.length)), body, Buffer.from(be32(crc32(body)))]);
}

/** A PNG file of deflated rows. @param {{ width: number, height: number, bits?: number, channels?: number,
 *   interlaced?: boolean }} head channels: 1 gray, 3 RGB @param {Uint8Array} data */
function pngFile({ width, height, bits = 8, channels = 1, interlaced = false }, data) {
  const header = Buffer.from([...be32(width), ...be32(height), bits, channels === 3 ? 2 : 0, 0, 0,
    interlaced ? 1 : 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0))]));
}

/** A black PNG. channels: 1 or 3. damaged: its Adler-32 is wrong. */
export function blackPng({ width, height, channels = 1, bits = 8, interlaced = false, damaged = false }) {
  const padding = interlaced ? 2 * height : 0; // every row of a pass has a filter byte
  const data = deflateSync(new Uint8Array(height * (1 + (channels * width * bits) / 8) + padding), { level: 9 });
  if (damaged) data[data.length - 1] ^= 1;
  return pngFile({ width, height, bits, channels, interlaced }, data);
}

/** A PNG of these samples: bytes, or words of 16 bits. @param {{ rows: number, columns: number,
 *   data: Uint8Array | Uint16Array }} what */
export function pngOf({ rows, columns, data }) {
  const bits = 8 * data.BYTES_PER_ELEMENT;
  const channels = data.length / rows / columns;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const line = bytes.length / rows;
  const out = Buffer.alloc(rows * (1 + line));
  for (let y = 0; y < rows; y++) bytes.copy(out, y * (1 + line) + 1, y * line, (y + 1) * line);
  return pngFile({ width: columns, height: rows, bits, channels }, deflateSync(out, { level: 1 }));
}

const segment = (marker, content) => [0xff, marker, ...be16(content.length + 2), ...content];

/** Bits as bytes, with ones behind the last and zero bytes behind full ones. */
function packed(bits) {
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1").match(/.{8}/g) ?? [];
  return whole.flatMap((byte) => (byte === "11111111" ? [255, 0] : [Number.parseInt(byte, 2)]));
}

/** Code bits that say of so many blocks that nothing is in them: runs of up to 32,767. */
function emptyBlocks(count) {
  const run = (length) => `0${(length - 16_384).toString(2).padStart(14, "0")}`;
  const runs = Math.floor(count / 32_767);
  const rest = count % 32_767;
  return run(32_767).repeat(runs) + (rest >= 16_384 ? run(rest) : "10".repeat(rest));
}

/** A gray progressive JPEG of few bytes that takes long: every bit of every coefficient has a scan of its own
 * that visits all blocks. bands: into how many scans the coefficients are divided, 1 or 63. */
export function slowJpeg({ side, bands = 1 }) {
  const blocks = Math.ceil(side / 8) ** 2;
  const ac = packed(emptyBlocks(blocks));
  const parts = [
    [0xff, 0xd8],
    segment(0xdb, [0, ...new Array(64).fill(1)]),
    segment(0xc2, [8, ...be16(side), ...be16(side), 1, 1, 0x11, 0]),
    segment(0xc4, [0x00, 1, ...new Array(15).fill(0), 0]),
    segment(0xc4, [0x10, 1, 1, ...new Array(14).fill(0), 0xe0, 0x00]),
    segment(0xda, [1, 1, 0, 0, 0, 0]), packed("0".repeat(blocks)),
  ];
  const width = 63 / bands;
  for (let first = 1; first < 64; first += width) {
    for (let bit = 13; bit >= 0; bit--) {
      const high = bit === 13 ? 0 : bit + 1;
      parts.push(segment(0xda, [1, 1, 0, first, first + width - 1, (high << 4) | bit]), ac);
    }
  }
  return new Uint8Array([...parts, [0xff, 0xd9]].flat());
}

/** Small files that unfold: name -> how to make them. */
export const PICTURE_BOMBS = {
  "64 million pixels of PNG": () => blackPng({ width: 8000, height: 8000 }),
  "50 million pixels of PNG of 16 bits": () => blackPng({ width: 7071, height: 7071, bits: 16 }),
  "64 million pixels of PNG of 16 bits": () => blackPng({ width: 8000, height: 8000, bits: 16 }),
  "33 million pixels of PNG in color": () => blackPng({ width: 5744, height: 5744, channels: 3 }),
  "64 million pixels of PNG in color": () => blackPng({ width: 8000, height: 8000, channels: 3 }),
  "64 million pixels of PNG in color, damaged": () =>
    blackPng({ width: 8000, height: 8000, channels: 3, damaged: true }),
  "64 million pixels of interlaced PNG": () => blackPng({ width: 8000, height: 8000, interlaced: true }),
  "64 million pixels of progressive JPEG": () => slowJpeg({ side: 8000 }),
  "49 million pixels of progressive JPEG": () => slowJpeg({ side: 7000 }),
  "49 million pixels of progressive JPEG in 883 scans (3 MB)": () => slowJpeg({ side: 7000, bands: 63 }),
  "7 million pixels of progressive JPEG in 883 scans (3 MB)": () => slowJpeg({ side: 2650, bands: 63 }),
};
