/* arriving-chunks.js - the chunks of a model that is still being fetched.
 * SPDX-License-Identifier: MIT */

/** Chunks that come one after the other, for who needs them before. */
export class ArrivingChunks {
  /** @type {Blob[]} */ #here = [];
  /** By index, who waits. @type {Map<number, (chunk: Blob) => void>} */ #waiting = new Map();

  /** @param {Blob} chunk the next */
  add(chunk) {
    const index = this.#here.push(chunk) - 1;
    this.#waiting.get(index)?.(chunk);
    this.#waiting.delete(index);
  }

  /** Waits for ever if it does not come. @param {number} index from 0, asked for once @returns {Promise<Blob>} */
  at(index) {
    const here = this.#here[index];
    return here ? Promise.resolve(here) : new Promise((resolve) => this.#waiting.set(index, resolve));
  }
}
