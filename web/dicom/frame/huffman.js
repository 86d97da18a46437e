/* huffman.js - codes and bits of a JPEG scan (ITU-T T.81, annexes C and F).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** @param {string} what @returns {never} */
export function corrupt(what) {
  throw new EvaxError("DICOM_CORRUPT", what);
}

/** Codes of up to 16 bits as one table: (length << 8) | value; 0 where there is no code.
 * @param {Uint8Array} counts of each length @param {Uint8Array} values */
export function codeTable(counts, values) {
  const table = new Uint16Array(1 << 16);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length += 1) {
    for (let i = 0; i < counts[length - 1]; i += 1) {
      const from = code << (16 - length);
      const span = 1 << (16 - length);
      if (from + span > table.length) corrupt("a JPEG code table has too many codes");
      table.fill((length << 8) | values[next++], from, from + span);
      code += 1;
    }
    code <<= 1;
  }
  return table;
}

/** The bits of a scan, up to its next marker; reading past it is an error. */
export class Bits {
  #bytes;
  #at;
  #held = 0;
  #count = 0;

  /** @param {Uint8Array} bytes @param {number} at */
  constructor(bytes, at) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** At least n bits, n <= 16; zeros behind the end, which #take finds out. @param {number} n */
  #fill(n) {
    while (this.#count < n) {
      const byte = this.#bytes[this.#at];
      const marker = byte === 0xff && this.#bytes[this.#at + 1] !== 0;
      if (byte === undefined || marker) return false;
      this.#at += byte === 0xff ? 2 : 1;
      this.#held = ((this.#held << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
    return true;
  }

  /** @param {number} n */
  #take(n) {
    if (this.#count < n) corrupt("the JPEG data end early");
    this.#count -= n;
    return (this.#held >> this.#count) & ((1 << n) - 1);
  }

  /** @param {Uint16Array} table */
  code(table) {
    this.#fill(16);
    const short = Math.max(0, 16 - this.#count);
    const window = ((this.#held << short) >> Math.max(0, this.#count - 16)) & 0xffff;
    const entry = table[window];
    if (entry === 0) corrupt("the JPEG data hold a code that is in no table");
    this.#take(entry >> 8);
    return entry & 255;
  }

  /** A number of n bits, n <= 16, in which a leading zero means less than zero; of 16 it has none.
   * @param {number} n */
  signed(n) {
    if (n === 0) return 0;
    if (n === 16) return 32_768;
    if (n > 16) corrupt("the JPEG data hold a number that is too long");
    this.#fill(n);
    const value = this.#take(n);
    return value < 1 << (n - 1) ? value - (1 << n) + 1 : value;
  }

  /** Goes behind a restart marker. */
  restart() {
    this.#held = this.#count = 0;
    const marker = this.#bytes[this.#at + 1];
    if (this.#bytes[this.#at] !== 0xff || (marker & 0xf8) !== 0xd0) corrupt("a JPEG restart is missing");
    this.#at += 2;
  }

  /** What follows the scan. A marker must; zeros before it are padding; where nothing follows, the end
   * marker is missing, which changes no pixel. Throws DICOM_CORRUPT if data follow. @returns {string} a
   * note, or "" */
  end() {
    let at = this.#at;
    while (this.#bytes[at] === 0) at += 1;
    if (at >= this.#bytes.length) return "The compressed frame has no end marker.";
    if (this.#bytes[at] !== 0xff) corrupt("there is more JPEG data than pixels");
    return "";
  }
}
