/* zip-writer.js - a model's files in one: a ZIP archive, stored, without dates, so that the same files give
 * the same bytes. Models have less than 2 GiB and few files: no ZIP64.
 * SPDX-License-Identifier: MIT */
import { crc32 } from "../base/crc32.js";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const VERSION = 20; // of the format: 2.0
const FIRST_DAY = 0x21; // 1 January 1980: there is no date without a day

/** Numbers of 2 or 4 bytes, little-endian. @param {[number, 2 | 4][]} fields */
function packed(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

/** What both headers of a file share. @param {number} crc @param {number} size @param {number} nameLength
 * @returns {[number, 2 | 4][]} */
const common = (crc, size, nameLength) => [
  [VERSION, 2], [0, 2], [0, 2], [0, 2], [FIRST_DAY, 2], [crc, 4], [size, 4], [size, 4], [nameLength, 2],
  [0, 2],
];

/** @param {Blob} content */
async function crcOf(content) {
  let crc = 0;
  for (let at = 0; at < content.size; at += 1 << 20) {
    crc = crc32(new Uint8Array(await content.slice(at, at + (1 << 20)).arrayBuffer()), crc);
  }
  return crc;
}

/**
 * @param {{ name: string, content: Blob }[]} files names of ASCII
 * @returns {Promise<Blob>}
 */
export async function zipOf(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  let [at, directoryBytes] = [0, 0];
  for (const { name, content } of files) {
    const bytes = new TextEncoder().encode(name);
    const fields = common(await crcOf(content), content.size, bytes.length);
    const central = packed([[CENTRAL, 4], [VERSION, 2], ...fields, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]);
    const local = packed([[LOCAL, 4], ...fields]);
    parts.push(local, bytes, content);
    directory.push(central, bytes);
    at += local.length + bytes.length + content.size;
    directoryBytes += central.length + bytes.length;
  }
  const end = packed([[END, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [directoryBytes, 4],
    [at, 4], [0, 2]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
