/* palette.js - the three tables of a palette film, plain or in segments (PS3.3, C.7.9.2).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { readLut } from "./lut.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("../file/data-set.js").Name} Name */
/** @typedef {import("./lut.js").Lut} Lut */
/** @typedef {import("./lut.js").Range} Range */

/** Descriptor, table, table in segments. @type {[Name, Name, Name][]} */
const COLORS = [
  ["paletteRed", "redData", "redSegments"],
  ["paletteGreen", "greenData", "greenSegments"],
  ["paletteBlue", "blueData", "blueSegments"],
];

/** @param {string} what @returns {never} */
function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", `its palette ${what}`);
}

/* Kinds of segments: values; a line from the value before to a value; other segments once more. */
const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/** A table written out from its segments. */
class Unfolding {
  #data;
  #entries;
  #count = 0;

  /** @param {Uint16Array} data bytes or words, as the entries are @param {number} length of the table */
  constructor(data, length) {
    this.#data = data;
    this.#entries = new Uint16Array(length);
  }

  /** @returns {Uint16Array} the table, complete */
  run() {
    for (let at = 0; at < this.#data.length && this.#count < this.#entries.length;) {
      at = this.#segment(at, true);
    }
    if (this.#count < this.#entries.length) corrupt("ends early");
    return this.#entries;
  }

  /** @param {number} value */
  #put(value) {
    if (this.#count < this.#entries.length) this.#entries[this.#count++] = value;
  }

  /** One segment; returns where the next begins. @param {number} at @param {boolean} outer whether
   * it may be indirect */
  #segment(at, outer) {
    const [kind, length] = [this.#data[at], this.#data[at + 1]];
    if (kind === DISCRETE && at + 2 + length <= this.#data.length) {
      for (let i = 0; i < length; i += 1) this.#put(this.#data[at + 2 + i]);
      return at + 2 + length;
    }
    if (kind === LINEAR && at + 3 <= this.#data.length) {
      this.#line(length, this.#data[at + 2]);
      return at + 3;
    }
    if (kind === INDIRECT && outer && at + 4 <= this.#data.length) {
      let from = this.#data[at + 2] + this.#data[at + 3] * 65_536;
      for (let i = 0; i < length && this.#count < this.#entries.length; i += 1) {
        if (from >= this.#data.length) corrupt("refers to a segment that is not there");
        from = this.#segment(from, false);
      }
      return at + 4;
    }
    return corrupt("has a segment of an unknown kind, or one that ends early");
  }

  /** @param {number} length @param {number} to value of its last entry */
  #line(length, to) {
    if (this.#count === 0) corrupt("begins with a line from nowhere");
    const from = this.#entries[this.#count - 1];
    for (let i = 1; i <= length; i += 1) this.#put(Math.round(from + ((to - from) * i) / length));
  }
}

/** @param {DataSet} set @param {Range} inputs @param {[Name, Name, Name]} names @returns {Lut} */
function colorOf(set, inputs, [descriptor, data, segments]) {
  if (!set.has(descriptor)) corrupt("is missing");
  if (set.has(data) || !set.has(segments)) {
    const { lut, fault } = readLut(set, descriptor, data, inputs);
    return lut ?? corrupt(`cannot be used: ${fault}`);
  }
  const bits = set.integer(descriptor, { index: 2 }) ?? 16;
  if (bits !== 8 && bits !== 16) corrupt(`has entries of ${bits} bits`);
  const words = bits === 8 ? Uint16Array.from(set.bytes(segments) ?? []) : set.integers(segments);
  const entries = new Unfolding(words ?? new Uint16Array(0), set.integer(descriptor) || 65_536).run();
  const first = set.integer(descriptor, { index: 1, signed: inputs[0] < 0 }) ?? 0;
  return { first, entries, bits, most: 0 };
}

/**
 * The tables of red, green and blue.
 * @param {DataSet} set
 * @param {Range} inputs that there can be
 * @returns {Lut[]} throws DICOM_CORRUPT
 */
export const readPalette = (set, inputs) => COLORS.map((names) => colorOf(set, inputs, names));
