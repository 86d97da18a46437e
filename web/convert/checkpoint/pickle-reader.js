/* pickle-reader.js - the arguments of a pickle's opcodes: numbers, texts and names, each within the
 * bytes that are there and within a bound of its own.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

const MAX_NAME = 200; // characters of a module and its function
const MAX_INTEGER = 64; // bytes of a whole number

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Texts of Python 2. */
export const LATIN1 = new TextDecoder("latin1");

/** @param {string} detail @returns {never} */
export function damagedPickle(detail) {
  throw new EvaxError("CHECKPOINT_DAMAGED", `its pickle ${detail}`);
}

export class PickleReader {
  #bytes;
  #view;

  /** @param {Uint8Array} bytes @param {number} at where the pickle begins */
  constructor(bytes, at) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** @param {number} length @returns {number} where the bytes that are passed began */
  skip(length) {
    if (length > this.#bytes.length - this.at) damagedPickle("ends in the middle");
    this.at += length;
    return this.at - length;
  }

  u8() {
    return this.#view.getUint8(this.skip(1));
  }

  u16() {
    return this.#view.getUint16(this.skip(2), true);
  }

  i32() {
    return this.#view.getInt32(this.skip(4), true);
  }

  u32() {
    return this.#view.getUint32(this.skip(4), true);
  }

  u64() {
    const value = this.#view.getBigUint64(this.skip(8), true);
    return value <= Number.MAX_SAFE_INTEGER ? Number(value) : damagedPickle("has a length beyond all files");
  }

  f64() {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** A signed whole number. @param {number} length @returns {number | bigint} */
  integer(length) {
    if (length > MAX_INTEGER) damagedPickle(`has a whole number of ${length} bytes`);
    const start = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(this.#bytes[start + i]);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** @param {number} length @param {TextDecoder} [encoding] */
  text(length, encoding = UTF8) {
    const start = this.skip(length);
    try {
      return encoding.decode(this.#bytes.subarray(start, start + length));
    } catch {
      return damagedPickle("has a text that is not UTF-8");
    }
  }

  /** A line, without its end. */
  line() {
    const end = this.#bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > MAX_NAME) damagedPickle("has a name without end");
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }
}

/** "module name". @param {unknown} module @param {unknown} name */
export function globalName(module, name) {
  if (typeof module !== "string" || typeof name !== "string"
    || module.length > MAX_NAME || name.length > MAX_NAME) damagedPickle("has a name that is none");
  return `${module} ${name}`;
}
