/* lut.js - lookup tables as DICOM stores them (PS3.3, C.11.1 and C.7.6.3.1.5).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./data-set.js").Name} Name */

/** first: the input that has the first entry; bits of an entry.
 * @typedef {{ first: number, entries: Uint16Array, bits: number }} Lut */

/**
 * A table of a data set; null if there is none.
 * @param {DataSet} set
 * @param {Name} descriptor
 * @param {Name} data
 * @param {boolean} signed whether inputs are
 * @returns {Lut | null} throws DICOM_CORRUPT
 */
export function readLut(set, descriptor, data, signed) {
  if (!set.has(descriptor)) return null;
  const count = set.integer(descriptor) || 65_536;
  const first = set.integer(descriptor, { index: 1, signed }) ?? 0;
  const bits = set.integer(descriptor, { index: 2 }) ?? 16;
  const bytes = set.bytes(data);
  if (!bytes || bits < 8 || bits > 16) throw new EvaxError("DICOM_CORRUPT", "a lookup table is not whole");
  // Tables of 8 bits are stored a byte an entry by some, a word an entry by others.
  const packed = bits === 8 && bytes.length < 2 * count;
  if (bytes.length < (packed ? count : 2 * count)) {
    throw new EvaxError("DICOM_CORRUPT", "a lookup table ends early");
  }
  const entries = Uint16Array.from({ length: count }, (_, i) =>
    (packed ? bytes[i] : /** @type {number} */ (set.integer(data, { index: i }))));
  return { first, entries, bits };
}

/** The entry for an input; inputs outside have the nearest. @param {Lut} lut @param {number} input */
export function lookUp({ first, entries }, input) {
  const at = Math.round(input) - first;
  return entries[Math.min(Math.max(at, 0), entries.length - 1)];
}
