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

/** A black PNG of 8 bits. channels: 1 or 3. damaged: its Adler-32 is wrong. */
export function blackPng({ width, height, channels = 1, damaged = false }) {
  const data = deflateSync(new Uint8Array(height * (1 + channels * width)));
  if (damaged) data[data.length - 1] ^= 1;
  const header = Buffer.from([...be32(width), ...be32(height), 8, channels === 3 ? 2 : 0, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0))]));
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
