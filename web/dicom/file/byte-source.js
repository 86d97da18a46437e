/* byte-source.js - the bytes of a data set, as they are or inflated on the way: a reader goes through
 * them from start to end and says what it needs next, so that an inflated data set is never held whole.
 *
 * A raw deflate stream makes up to 1,032 bytes of one. Only what is still needed is kept, and all that
 * comes out is counted against a limit. What follows the end of the stream (a padding byte to an even
 * length) is never looked at.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { Inflate } from "./inflate.bundle.js";

/** Positions count from the start of the data set. `reach` makes [at, at + count) readable and forgets
 * what lies before `at` in an inflated one; it yields between steps, and is false where the data end
 * before. `bytes` is a view that stays valid until the next `reach`.
 * @typedef {object} ByteSource
 * @property {boolean} inflated
 * @property {number} size bytes in the file
 * @property {(at: number, count: number) => Generator<void, boolean>} reach
 * @property {(at: number, count: number) => boolean} has whether [at, at + count) is readable now
 * @property {(at: number, count: number) => Uint8Array} bytes
 */

/** A data set as it lies in the file. @implements {ByteSource} */
export class PlainBytes {
  inflated = false;
  #bytes;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  get size() {
    return this.#bytes.length;
  }

  /** @param {number} at @param {number} count */
  has(at, count) {
    return at + count <= this.#bytes.length;
  }

  /** @param {number} at @param {number} count @returns {Generator<void, boolean>} */
  *reach(at, count) {
    return this.has(at, count);
  }

  /** @param {number} at @param {number} count */
  bytes(at, count) {
    return this.#bytes.subarray(at, at + count);
  }
}

/* Of the deflated bytes at a time, and what comes out of them at most. */
const STEP_BYTES = 1024;
const MOST_A_STEP = 1032 * STEP_BYTES;

/** A data set that is inflated as it is read. @implements {ByteSource} */
export class InflatedBytes {
  inflated = true;
  #deflated;
  #limit;
  #next = 0;
  #stream;
  /* Of #held, #used bytes are filled; the first of them is at #base. */
  #held = new Uint8Array(1 << 16);
  #base = 0;
  #used = 0;

  /** @param {Uint8Array} deflated @param {number} limit bytes that may come out */
  constructor(deflated, limit) {
    this.#deflated = deflated;
    this.#limit = limit;
    this.#stream = new Inflate((piece) => this.#take(piece));
  }

  get size() {
    return this.#deflated.length;
  }

  /** @param {number} at @param {number} count */
  has(at, count) {
    return at >= this.#base && at + count <= this.#base + this.#used;
  }

  /** @param {number} at @param {number} count @returns {Generator<void, boolean>} throws
   * DICOM_CORRUPT, DICOM_LIMIT */
  *reach(at, count) {
    this.#makeRoom(at, count);
    while (at + count > this.#base + this.#used && this.#next < this.#deflated.length) {
      this.#forget(at);
      this.#step();
      yield;
    }
    return this.has(at, count);
  }

  /** @param {number} at @param {number} count */
  bytes(at, count) {
    return this.#held.subarray(at - this.#base, at - this.#base + count);
  }

  #step() {
    const piece = this.#deflated.subarray(this.#next, this.#next + STEP_BYTES);
    this.#next += piece.length;
    try {
      this.#stream.push(piece);
    } catch (cause) {
      if (cause instanceof EvaxError) throw cause;
      throw new EvaxError("DICOM_CORRUPT", "the deflated data cannot be inflated");
    }
  }

  /** For all that is asked for, and what one step may bring beyond it: growing with every step would copy all that
   * is held again and again. @param {number} at @param {number} count */
  #makeRoom(at, count) {
    this.#forget(at);
    const size = Math.min(count, this.#limit) + MOST_A_STEP;
    if (size <= this.#held.length || this.has(at, count)) return;
    const held = new Uint8Array(size);
    held.set(this.#held.subarray(0, this.#used));
    this.#held = held;
  }

  /** @param {number} at */
  #forget(at) {
    const gone = Math.min(Math.max(at - this.#base, 0), this.#used);
    if (gone > 0) this.#held.copyWithin(0, gone, this.#used);
    this.#base += gone;
    this.#used -= gone;
  }

  /** @param {Uint8Array} piece */
  #take(piece) {
    const used = this.#used + piece.length;
    if (this.#base + used > this.#limit) {
      throw new EvaxError("DICOM_LIMIT", `it inflates to over ${this.#limit} bytes`);
    }
    if (used > this.#held.length) {
      const held = new Uint8Array(Math.max(used, Math.floor(this.#held.length * 1.5)));
      held.set(this.#held.subarray(0, this.#used));
      this.#held = held;
    }
    this.#held.set(piece, this.#used);
    this.#used = used;
  }
}
