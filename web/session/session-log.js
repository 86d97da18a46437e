/* session-log.js - what a session notes of itself for its diagnostics: no film, no name of one.
 * SPDX-License-Identifier: MIT */

const ERRORS_KEPT = 10;

export class SessionLog {
  /** The last ones, each with its time. @type {string[]} */ errors = [];
  /** ms of each phase of the last open() @type {Record<string, number>} */ timings = {};
  films = { done: 0, failed: 0, restarts: 0 };

  /** Runs work and notes its error.
   * @template T @param {() => Promise<T>} work */
  async noting(work) {
    try {
      return await work();
    } catch (error) {
      const { code = "", name, message } = /** @type {any} */ (error);
      this.errors.push(`${new Date().toISOString()} ${code || name} ${message}`);
      this.errors.splice(0, this.errors.length - ERRORS_KEPT);
      throw error;
    }
  }

  /** Runs work and notes how long it took. @template T @param {string} phase @param {() => Promise<T>} work */
  async timed(phase, work) {
    const start = performance.now();
    const result = await work();
    this.timings[phase] = Math.round(performance.now() - start);
    return result;
  }

  /** Runs the work for a film, and counts it. @template T @param {() => Promise<T>} work */
  async counting(work) {
    try {
      const result = await work();
      this.films.done++;
      return result;
    } catch (error) {
      this.films.failed++;
      throw error;
    }
  }
}
