/* dicom-bombs.js - small DICOM files that unfold: items, elements, depth, fragments, run lengths, deflated
 * zeros, codestreams. Each is built in a moment, and none is over 1 MB unless its name says so.
 * SPDX-License-Identifier: MIT */
import { deflateRawSync } from "node:zlib";
import { jpeg12, jpeg2000, jpegLossless, jpegLs } from "./codestreams.js";
import { elementOf } from "./dicom.js";
import { slowJpeg } from "./pictures.js";

const SYNTAX = {
  explicit: "1.2.840.10008.1.2.1", deflated: "1.2.840.10008.1.2.1.99", rle: "1.2.840.10008.1.2.5",
  jpeg: "1.2.840.10008.1.2.4.50", jpeg12: "1.2.840.10008.1.2.4.51", lossless: "1.2.840.10008.1.2.4.70",
  ls: "1.2.840.10008.1.2.4.80", j2k: "1.2.840.10008.1.2.4.90",
};
const UNDEFINED = 0xffffffff;
const SEQUENCE_END = Buffer.from("fffedde000000000".replace("fffe", "feff"), "hex");

/** A file of this syntax. @param {keyof typeof SYNTAX} syntax @param {Buffer[]} body */
const fileOf = (syntax, body) => Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"),
  elementOf([2, 0x10, "UI", SYNTAX[syntax]]),
  ...(syntax === "deflated" ? [deflateRawSync(Buffer.concat(body), { level: 9 })] : body)]);

/** The head of an element with a long VR. @param {number} group @param {number} element
 * @param {string} vr @param {number} length */
function headOf(group, element, vr, length) {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, "latin1");
  head.writeUInt32LE(length, 8);
  return head;
}

/** The head of an item. @param {number} length */
function itemHead(length) {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(length, 4);
  return head;
}

/** All but the pixels of a film. @param {number} side @param {{ color?: boolean, frames?: number,
 *   narrow?: boolean }} [how] narrow: gray of 8 bits */
const filmOf = (side, { color = false, frames = 1, narrow = color } = {}) =>
  /** @type {import("./dicom.js").Element[]} */ ([
  [8, 0x60, "CS", "DX"], [0x28, 2, "US", color ? 3 : 1], [0x28, 4, "CS", color ? "RGB" : "MONOCHROME2"],
  [0x28, 6, "US", 0], [0x28, 8, "IS", String(frames)], [0x28, 0x10, "US", side], [0x28, 0x11, "US", side],
  [0x28, 0x100, "US", narrow ? 8 : 16], [0x28, 0x101, "US", narrow ? 8 : 12],
  [0x28, 0x102, "US", narrow ? 7 : 11], [0x28, 0x103, "US", 0],
]).map(elementOf);

/** @param {number} length */
const zeros = (length) => [headOf(0x7fe0, 0x10, "OW", length), Buffer.alloc(length)];

/** Run lengths of one value. @param {number} pixels @param {number} planes */
function runs(pixels, planes) {
  const plane = Buffer.alloc(2 * Math.ceil(pixels / 128), Buffer.from([129, 7]));
  const head = Buffer.alloc(64);
  head.writeUInt32LE(planes, 0);
  for (let i = 0; i < planes; i++) head.writeUInt32LE(64 + i * plane.length, 4 + 4 * i);
  return Buffer.concat([head, ...Array.from({ length: planes }, () => plane)]);
}

/** @param {Buffer} frame */
const inFragments = (frame) => [headOf(0x7fe0, 0x10, "OB", UNDEFINED), itemHead(0), itemHead(frame.length),
  frame, SEQUENCE_END];

/** A square film of one codestream. @param {keyof typeof SYNTAX} syntax @param {number} side
 * @param {(size: { width: number, height: number }) => Uint8Array} make @param {object} [how] */
const coded = (syntax, side, make, how) => () => fileOf(syntax,
  [...filmOf(side, how), ...inFragments(Buffer.from(make({ width: side, height: side })))]);

/** Of JPEG 2000. @param {number} side @param {object} how */
const waves = (side, how) => coded("j2k", side, (size) => jpeg2000({ ...size, ...how }));

/** name -> how to make it. */
export const BOMBS = {
  "30 million empty items, deflated": () => fileOf("deflated", [headOf(8, 0x1140, "SQ", UNDEFINED),
    Buffer.alloc(8 * 30_000_000, itemHead(0)), SEQUENCE_END, ...filmOf(64), ...zeros(8192)]),
  "200 MB of a private element, deflated": () => fileOf("deflated", [
    headOf(0x21, 0x1001, "OB", 200e6), Buffer.alloc(200e6), ...filmOf(64), ...zeros(8192)]),
  "a film of 64 million pixels, deflated": () => fileOf("deflated", [...filmOf(8000), ...zeros(128e6)]),
  "a film of 16 million pixels, deflated": () => fileOf("deflated", [...filmOf(4096), ...zeros(1 << 25)]),
  "130,000 empty elements": () => fileOf("explicit", [
    Buffer.alloc(8 * 130_000, elementOf([0x21, 0x1001, "LO", ""])), ...filmOf(64), ...zeros(8192)]),
  "10 million empty elements (80 MB)": () => fileOf("explicit",
    [Buffer.alloc(8e7, elementOf([0x21, 0x1001, "LO", ""]))]),
  "50,000 sequences in each other": () => fileOf("explicit",
    [Buffer.alloc(1e6, Buffer.concat([headOf(8, 0x1140, "SQ", UNDEFINED), itemHead(UNDEFINED)]))]),
  "130,000 fragments of 65,000 frames": () => fileOf("rle", [...filmOf(64, { frames: 65_000 }),
    headOf(0x7fe0, 0x10, "OB", UNDEFINED), Buffer.alloc(8 * 130_000, itemHead(0)), SEQUENCE_END]),
  "16 million pixels in run lengths": () => fileOf("rle", [...filmOf(4096), ...inFragments(runs(1 << 24, 2))]),
  "5 million colored pixels in run lengths": () =>
    fileOf("rle", [...filmOf(2360, { color: true }), ...inFragments(runs(2360 ** 2, 3))]),
  "64 million colored pixels in run lengths (3 MB)": () =>
    fileOf("rle", [...filmOf(8000, { color: true }), ...inFragments(runs(64e6, 3))]),
  "11 million pixels of JPEG 2000": waves(3390, {}),
  "11 million pixels of JPEG 2000 in blocks of 4 x 4": waves(3390, { block: 2 }),
  "11 million pixels of JPEG 2000 in 900,000 packets of layers": waves(3390, { levels: 13, layers: 65_535 }),
  "11 million pixels of JPEG 2000 in precincts of 8 x 8": waves(3390, { precinct: 3, block: 2 }),
  "2,000 pixels of JPEG 2000 in a million packets": waves(44, { levels: 15, layers: 65_535 }),
  "55,000 tiles of JPEG 2000": waves(3520, { tile: 15, levels: 0 }),
  "16 million pixels of JPEG-LS": coded("ls", 4096, jpegLs),
  "8 million pixels of lossless JPEG": coded("lossless", 2800, jpegLossless),
  "45,000 code tables of lossless JPEG": coded("lossless", 64, (size) => jpegLossless({ ...size, tables: 45_000 })),
  "16 million pixels of 12-bit JPEG": coded("jpeg12", 4096, jpeg12),
  "4 million pixels of 12-bit JPEG, all coefficients": coded("jpeg12", 2000, (size) => jpeg12({ ...size, full: true })),
  "16 million pixels of progressive JPEG in 15 scans":
    coded("jpeg", 4096, ({ width }) => slowJpeg({ side: width }), { narrow: true }),
};
