/* lut.js - lookup tables as DICOM stores them (PS3.3, C.11.1, C.11.2 and C.7.6.3.1.5), and as makers
 * misstate them.
 *
 * A descriptor's second word, the input that has the first entry, is signed or not. Its own type (US or
 * SS) says so, but many files have none (implicit) or the wrong one: so of the two readings that one
 * counts whose table meets the values that the step before can give.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("../file/data-set.js").Name} Name */

/** The smallest and largest value that something can have. @typedef {[number, number]} Range */
/** first: the input that has the first entry; bits: of an entry, as the file says; most: the largest
 * entry.
 * @typedef {{ first: number, entries: Uint16Array, bits: number, most: number }} Lut */

const WORD = 65_536;
const HALF = 32_768;

/** @param {number} first @param {number} count @param {Range} inputs */
const meets = (first, count, [least, most]) => first <= most && first + count - 1 >= least;

/** The input that has the first entry. @param {DataSet} set @param {Name} descriptor
 * @param {number} count @param {Range} inputs that can occur */
function firstOf(set, descriptor, count, inputs) {
  const word = set.integer(descriptor, { index: 1 }) ?? 0;
  if (word < HALF) return word;
  const [asUnsigned, asSigned] = [meets(word, count, inputs), meets(word - WORD, count, inputs)];
  if (asUnsigned !== asSigned) return asSigned ? word - WORD : word;
  const vr = set.vr(descriptor);
  const signed = vr === "SS" || (vr !== "US" && inputs[0] < 0);
  return signed ? word - WORD : word;
}

/** The entries; null if there are fewer than `count`. @param {DataSet} set @param {Name} data
 * @param {number} count @param {number} bits */
function entriesOf(set, data, count, bits) {
  const bytes = set.bytes(data);
  if (!bytes) return null;
  // Tables of 8 bits are stored a byte an entry by some, a word an entry by others.
  if (bits === 8 && bytes.length >= count && bytes.length < 2 * count) {
    const flip = set.big && set.vr(data) === "OW" ? 1 : 0;
    return Uint16Array.from({ length: count }, (_, i) => bytes[i ^ flip]);
  }
  const words = set.integers(data);
  return words && words.length >= count ? words.subarray(0, count) : null;
}

/**
 * A table of a data set.
 * @param {DataSet} set
 * @param {Name} descriptor
 * @param {Name} data
 * @param {Range} inputs that the step before can give
 * @returns {{ lut: Lut | null, fault: string }} lut: null if there is none, or none that can be used;
 *   fault: why it cannot, "" if nothing is wrong
 */
export function readLut(set, descriptor, data, inputs) {
  if (!set.has(descriptor) && !set.has(data)) return { lut: null, fault: "" };
  const count = set.integer(descriptor) || WORD;
  const bits = set.integer(descriptor, { index: 2 });
  if (bits === null) return { lut: null, fault: "it does not say how it is laid out" };
  if (bits < 8 || bits > 16) return { lut: null, fault: `it says that its entries have ${bits} bits` };
  const entries = entriesOf(set, data, count, bits);
  if (!entries) return { lut: null, fault: `it has fewer than the ${count} entries that it says` };
  const most = entries.reduce((a, b) => Math.max(a, b), 0);
  return { lut: { first: firstOf(set, descriptor, count, inputs), entries, bits, most }, fault: "" };
}

/** The entry for an input; inputs outside have the nearest. @param {Lut} lut @param {number} input */
export function lookUp({ first, entries }, input) {
  const at = Math.round(input) - first;
  return entries[Math.min(Math.max(at, 0), entries.length - 1)];
}
