/* npy.js - reads and writes NumPy array files, version 1.0, of float32 rows.
 *
 *     "\x93NUMPY" 1 0, u16 length of the header, header (a Python dict, padded), values
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../../web/evax-node.js";

const MAGIC = Buffer.from("\x93NUMPY\x01\x00", "latin1");
const ALIGNMENT = 64;
const HEADER = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,9}), (\d{1,9})\),? *\} *\n?$/;

/** The file of rows of equal length. @param {readonly Float32Array[]} rows
 * @param {number} width of a row @returns {Buffer} */
export function npyOf(rows, width) {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${width}), }`;
  const before = MAGIC.length + 2;
  const padding = ALIGNMENT - (before + dict.length + 1) % ALIGNMENT;
  const header = Buffer.from(`${dict}${" ".repeat(padding % ALIGNMENT)}\n`, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const values = Buffer.alloc(4 * rows.length * width);
  rows.forEach((row, i) => row.forEach((v, c) => values.writeFloatLE(v, 4 * (i * width + c))));
  return Buffer.concat([MAGIC, length, header, values]);
}

/** Whether the bytes begin as a NumPy file of any version does. @param {Uint8Array} bytes */
export const isNpy = (bytes) => MAGIC.subarray(0, 6).equals(bytes.subarray(0, 6));

/** @param {string} problem @returns {never} */
function refuse(problem) {
  throw new EvaxError("SET_INVALID", `NumPy file: ${problem}`);
}

/** The rows of a file; throws SET_INVALID. @param {Buffer} bytes @returns {Float32Array[]} */
export function rowsOfNpy(bytes) {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) refuse("not version 1.0");
  const start = MAGIC.length + 2 + (bytes.length > 9 ? bytes.readUInt16LE(MAGIC.length) : 0);
  if (start > bytes.length) refuse("it ends in its header");
  const found = HEADER.exec(bytes.toString("latin1", MAGIC.length + 2, start));
  if (!found) refuse("it must hold float32 (<f4) in rows, two dimensions");
  const [count, width] = [Number(found[1]), Number(found[2])];
  if (bytes.length - start !== 4 * count * width) {
    refuse(`${bytes.length - start} bytes of values, not ${4 * count * width}`);
  }
  return Array.from({ length: count }, (_, i) => Float32Array.from({ length: width },
    (_value, c) => bytes.readFloatLE(start + 4 * (i * width + c))));
}
