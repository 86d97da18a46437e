/* zip.js - files in a ZIP archive as torch.save writes it: stored, not compressed, so that any part of
 * one can be read where it lies. A file's CRC is checked before, or as, its first bytes are used.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { crc32 } from "../../base/crc32.js";
import { SLICE, slices } from "./byte-source.js";
import { readDirectory } from "./zip-directory.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./zip-directory.js").Entry} Entry */

const LOCAL = { signature: 0x04034b50, bytes: 30 };

/** One file of the archive. */
class Member {
  #source;
  #entry;
  /** @type {number | null} where its bytes begin; null until its own header was read */
  #start = null;
  #sound = false;

  /** @param {ByteSource} source @param {Entry} entry that is neither packed nor encrypted */
  constructor(source, entry) {
    this.#source = source;
    this.#entry = entry;
    this.name = entry.name;
    this.size = entry.size;
  }

  /** @param {AbortSignal} [signal] */
  async #begin(signal) {
    if (this.#start !== null) return this.#start;
    const { at, end, name, size } = this.#entry;
    const header = await this.#source.read(at, LOCAL.bytes, signal);
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const start = at + LOCAL.bytes + view.getUint16(26, true) + view.getUint16(28, true);
    if (view.getUint32(0, true) !== LOCAL.signature || start + size > end) {
      throw new EvaxError("CHECKPOINT_DAMAGED", `${name} does not lie where the ZIP archive says`);
    }
    this.#start = start;
    return start;
  }

  /** @param {number} crc */
  #checkCrc(crc) {
    if (crc !== this.#entry.crc) {
      throw new EvaxError("CHECKPOINT_DAMAGED", `${this.name} is not what was written: its CRC differs`);
    }
    this.#sound = true;
  }

  /** @param {number} start @param {AbortSignal} [signal] */
  async #check(start, signal) {
    let crc = 0;
    for await (const piece of slices(this.#source, start, this.size, signal)) crc = crc32(piece, crc);
    this.#checkCrc(crc);
  }

  /**
   * A part of the file, all of it by default.
   * @param {number} [offset] @param {number} [length] @param {AbortSignal} [signal]
   * @returns {Promise<Uint8Array>} rejects with CHECKPOINT_DAMAGED where the CRC differs
   */
  async read(offset = 0, length = this.size - offset, signal = undefined) {
    const start = await this.#begin(signal);
    const whole = offset === 0 && length === this.size;
    if (!whole && !this.#sound) await this.#check(start, signal);
    const bytes = length <= SLICE ? await this.#source.read(start + offset, length, signal)
      : await this.#gather(start + offset, length, signal);
    if (whole && !this.#sound) this.#checkCrc(crc32(bytes));
    return bytes;
  }

  /** @param {number} at @param {number} length @param {AbortSignal} [signal] */
  async #gather(at, length, signal) {
    const bytes = new Uint8Array(length);
    let done = 0;
    for await (const piece of slices(this.#source, at, length, signal)) {
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }
}

export class Zip {
  /** @type {Map<string, Member>} */
  #members = new Map();

  /** @param {ByteSource} source @param {Map<string, Entry>} entries */
  constructor(source, entries) {
    this.source = source;
    this.entries = entries;
  }

  /** @param {ByteSource} source @param {AbortSignal} [signal] */
  static async open(source, signal) {
    return new Zip(source, await readDirectory(source, signal));
  }

  /** The file of that name. @param {string} name */
  member(name) {
    const known = this.#members.get(name);
    if (known) return known;
    const member = new Member(this.source, this.#stored(name));
    this.#members.set(name, member);
    return member;
  }

  /** @param {string} name */
  #stored(name) {
    const entry = this.entries.get(name);
    if (!entry) {
      throw new EvaxError("CHECKPOINT_DAMAGED", `the ZIP archive has no ${name}, which it should have`);
    }
    if (entry.encrypted) {
      throw new EvaxError("CHECKPOINT_UNSUPPORTED",
        `${name} is encrypted; unpack the archive with its password, and give the file in it`);
    }
    if (entry.method !== 0 || entry.size !== entry.packed) {
      throw new EvaxError("CHECKPOINT_UNSUPPORTED", `${name} is compressed, which torch.save never `
        + "does: the archive was packed again; take the original file");
    }
    return entry;
  }
}
