/* large-films.js - the largest films of each kind that are read, with something like noise in them: native ones of
 * 64 million pixels, compressed ones of 20 million, which is more than any radiograph has. Compressed ones are made
 * by dcmtk and gdcm.
 * SPDX-License-Identifier: MIT */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { dicomFile } from "./dicom.js";
import { pngOf } from "./pictures.js";

const NATIVE = { rows: 8000, columns: 8000 };
const CODED = { rows: 4500, columns: 4500 };

/** Smooth, with noise of 4 bits. @param {number} count @param {number} bits */
function noise(count, bits) {
  const out = bits > 8 ? new Uint16Array(count) : new Uint8Array(count);
  const most = 2 ** bits - 1;
  for (let i = 0, state = 1; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = Math.min(most, ((i >> 7) % (most - 15)) + (state >>> 28));
  }
  return out;
}

/** A film of native pixels. @param {{ rows: number, columns: number }} size
 * @param {{ bits?: number, samples?: number, photometric?: string, planar?: number, more?: any[] }} [how] */
function native({ rows, columns }, { bits = 12, samples = 1, photometric = "MONOCHROME2", planar = 0, more = [] } = {}) {
  const allocated = bits > 8 ? 16 : 8;
  const values = photometric === "YBR_FULL_422" ? 2 : samples;
  const pixels = noise(rows * columns * values, bits);
  return dicomFile([[8, 0x60, "CS", "DX"], [0x28, 2, "US", samples], [0x28, 4, "CS", photometric],
    [0x28, 6, "US", planar], [0x28, 0x10, "US", rows], [0x28, 0x11, "US", columns], [0x28, 0x100, "US", allocated],
    [0x28, 0x101, "US", bits], [0x28, 0x102, "US", bits - 1], [0x28, 0x103, "US", 0],
    [8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.7"], [8, 0x18, "UI", "1.2.3.4"], [2, 2, "UI", "1.2.840.10008.5.1.4.1.1.7"],
    [2, 3, "UI", "1.2.3.4"], ...more, [0x7fe0, 0x10, allocated > 8 ? "OW" : "OB", Buffer.from(pixels.buffer)]]);
}

/** The tables of a palette of 256 colors. */
const PALETTE = [1, 2, 3].flatMap((color) => [
  [0x28, 0x1100 + color, "OW", Buffer.from(Uint16Array.of(256, 0, 16).buffer)],
  [0x28, 0x1200 + color, "OW", Buffer.from(Uint16Array.from({ length: 256 }, (_, i) => i * 257).buffer)]]);

/** A film by a command of dcmtk or gdcm: its path. @param {string[]} command @param {object} size @param {object} [how] */
const by = (command, size = CODED, how = {}) => (/** @type {string} */ folder) => {
  const [plain, coded] = ["plain.dcm", "coded.dcm"].map((name) => join(folder, name));
  writeFileSync(plain, native(size, how));
  execFileSync(command[0], [...command.slice(1), plain, coded]);
  return coded;
};

/** The codestream of a film with one. @param {(folder: string) => string} make */
const codestream = (make) => (/** @type {string} */ folder) => {
  const file = readFileSync(make(folder));
  return file.subarray(file.indexOf(Buffer.from([0xff, 0xd8, 0xff])));
};

/** The data set deflated. */
function deflated() {
  const file = native(NATIVE);
  /** @type {import("./dicom.js").Element} */ const syntax = [2, 0x10, "UI", "1.2.840.10008.1.2.1.99"];
  const start = file.indexOf(Buffer.from([8, 0, 0x16, 0]));
  return Buffer.concat([dicomFile([]).subarray(0, 132), dicomFile([syntax]).subarray(132 + 28),
    deflateRawSync(file.subarray(start), { level: 1 })]);
}

const RGB = { bits: 8, samples: 3, photometric: "RGB" };

/** name -> how to make it: its bytes, or its path in the folder. */
export const LARGEST = {
  "native, 12 bits": () => native(NATIVE),
  "native, 8 bits": () => native(NATIVE, { bits: 8 }),
  "native, 12 bits, big-endian": by(["dcmconv", "+tb"], NATIVE),
  "native, 12 bits, deflated": deflated,
  "native, RGB": () => native(NATIVE, RGB),
  "native, RGB, color by plane": () => native(NATIVE, { ...RGB, planar: 1 }),
  "native, YBR 4:2:2": () => native(NATIVE, { ...RGB, photometric: "YBR_FULL_422" }),
  "native, palette": () => native(NATIVE, { bits: 8, photometric: "PALETTE COLOR", more: PALETTE }),
  "run lengths, 12 bits": by(["dcmcrle"], NATIVE),
  "run lengths, RGB": by(["dcmcrle"], CODED, RGB),
  "JPEG, gray": by(["dcmcjpeg", "+eb"], CODED, { bits: 8 }),
  "JPEG, RGB": by(["dcmcjpeg", "+eb"], CODED, RGB),
  "JPEG of 12 bits": by(["dcmcjpeg", "+ee", "+bt"]),
  "lossless JPEG, 12 bits": by(["dcmcjpeg", "+e1"]),
  "lossless JPEG, RGB": by(["dcmcjpeg", "+e1"], CODED, RGB),
  "JPEG-LS, 12 bits": by(["dcmcjpls"]),
  "JPEG-LS, RGB": by(["dcmcjpls"], CODED, RGB),
  "JPEG 2000, 12 bits": by(["gdcmconv", "--j2k"]),
  "JPEG 2000, RGB": by(["gdcmconv", "--j2k"], CODED, RGB),
  "PNG file, 8 bits": () => pngOf({ ...NATIVE, data: noise(64e6, 8) }),
  "PNG file, 16 bits": () => pngOf({ ...NATIVE, data: noise(64e6, 16) }),
  "PNG file, RGB": () => pngOf({ ...CODED, data: noise(3 * CODED.rows * CODED.columns, 8) }),
  "JPEG file, gray": codestream(by(["dcmcjpeg", "+eb"], CODED, { bits: 8 })),
  "JPEG file, RGB": codestream(by(["dcmcjpeg", "+eb"], CODED, RGB)),
};
