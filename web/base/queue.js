/* queue.js - runs asynchronous jobs one at a time, in the order of the calls.
 * SPDX-License-Identifier: MIT */

export class Queue {
  /** @type {Promise<void>} */
  #last = Promise.resolve();

  /**
   * Runs job when all earlier jobs have settled. An abort rejects at once: a waiting job never starts;
   * a running one must settle before the next starts.
   * @template T
   * @param {() => Promise<T>} job
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  add(job, signal) {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal?.reason);
      if (signal?.aborted) return leave();
      signal?.addEventListener("abort", leave, { once: true });
      this.#last = this.#last.then(async () => {
        if (!signal?.aborted) await job().then(resolve, reject);
        signal?.removeEventListener("abort", leave);
      });
    });
  }
}
