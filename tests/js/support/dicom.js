/* dicom.js - the DICOM files of tests/dicom, and a reader of them with the real decoders.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { load } from "../../../web/evax-node.js";
import { at } from "./repository.js";
import { memorySource, tinyModel } from "./tiny.js";

const folder = at("tests", "dicom", "files");

/** What dcmtk, gdcm and tests/dicom/make.py say of each file. */
export const index = JSON.parse(readFileSync(`${folder}/index.json`, "utf8"));
export const pathOf = (name) => `${folder}/${name}`;
export const bytesOf = (name) => new Uint8Array(readFileSync(pathOf(name)));

const engine = await load({ model: memorySource(tinyModel()), variant: "simd128" });

/** Reads a film, as whoever uses the package does. */
export const read = (bytes, options) => engine.analyze(bytes, { ...options, pictures: true });

const TRANSFER_SYNTAX = "1.2.840.10008.1.2.1";

/** A Part 10 file, explicit little endian, of elements [tag, vr, value]: text or bytes. */
export function part10(elements, syntax = TRANSFER_SYNTAX) {
  const meta = element(0x00020010, "UI", syntax);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"),
    element(0x00020000, "UL", u32(meta.length)), meta,
    ...elements.map(([tag, vr, value]) => element(tag, vr, value))]);
}

const u32 = (value) => Buffer.from([value, value >> 8, value >> 16, value >>> 24]);
export const u16 = (...values) => Buffer.from(values.flatMap((v) => [v & 255, (v >> 8) & 255]));

function element(tag, vr, value) {
  let body = Buffer.from(value);
  if (body.length % 2) body = Buffer.concat([body, Buffer.from(vr === "UI" ? "\0" : " ")]);
  const head = Buffer.from([tag >> 16, tag >> 24, tag, tag >> 8].map((byte) => byte & 255));
  const long = ["OB", "OW", "SQ", "UN"].includes(vr);
  const size = long ? Buffer.concat([Buffer.alloc(2), u32(body.length)]) : u16(body.length);
  return Buffer.concat([head, Buffer.from(vr), size, body]);
}

/** The elements of a gray film of 16 bits; `over` replaces or adds some, null leaves one out. */
export function grayElements({ rows = 2, columns = 2, pixels = u16(0, 1, 2, 3), ...over } = {}) {
  const all = {
    0x00080060: ["CS", "DX"], 0x00280002: ["US", u16(1)], 0x00280004: ["CS", "MONOCHROME2"],
    0x00280010: ["US", u16(rows)], 0x00280011: ["US", u16(columns)], 0x00280100: ["US", u16(16)],
    0x00280101: ["US", u16(12)], 0x00280102: ["US", u16(11)], 0x00280103: ["US", u16(0)],
    0x7fe00010: ["OW", pixels], ...over,
  };
  return Object.entries(all).filter(([, value]) => value).map(([tag, [vr, value]]) =>
    [Number(tag), vr, value]).sort(([a], [b]) => a - b);
}
