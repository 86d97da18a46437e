/* queue.js - one job at a time, in the order of the calls.
 * SPDX-License-Identifier: MIT */

export class Queue {
  /** @type {Promise<void>} */
  #last = Promise.resolve();

  /**
   * Runs job when all earlier jobs have settled. An abort rejects at once: a job that waits never
   * starts; one that runs is let come to its end, early or late, before the next starts.
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
