/* progress-bar.js - how far something long has come: a line that changes on a terminal, and elsewhere one
 * line for each phase.
 * SPDX-License-Identifier: MIT */

const WIDTH = 24; // characters of the bar
const EVERY_MS = 100;
const GUESS_AFTER_MS = 1500;

/** @param {number} seconds */
function clock(seconds) {
  const two = (/** @type {number} */ value) => String(Math.floor(value) % 60).padStart(2, "0");
  return seconds < 3600 ? `${Math.floor(seconds / 60)}:${two(seconds)}`
    : `${Math.floor(seconds / 3600)}:${two(seconds / 60)}:${two(seconds)}`;
}

export class ProgressBar {
  #stream;
  #unit;
  #from;
  #phase = "";
  #began = 0;
  #drawn = 0;

  /** @param {{ isTTY: boolean, write(text: string): boolean }} stream as process.stderr
   * @param {{ unit?: string, from?: number }} [options] unit: of what is counted, to show how many a second are done;
   *   from: how many were done at the beginning */
  constructor(stream, { unit = "", from = 0 } = {}) {
    this.#stream = stream;
    this.#unit = unit;
    this.#from = from;
  }

  /**
   * @param {string} phase what is being done, for people
   * @param {number} done @param {number} of
   */
  show(phase, done, of) {
    const now = performance.now();
    if (phase !== this.#phase) {
      if (!this.#stream.isTTY) this.#stream.write(`evax: ${phase}\n`);
      [this.#phase, this.#began, this.#drawn] = [phase, now, 0];
    }
    if (!this.#stream.isTTY || (now - this.#drawn < EVERY_MS && done < of)) return;
    this.#drawn = now;
    this.#stream.write(`\r${this.#line(done, of, now - this.#began)}\u001b[K`);
  }

  /** @param {number} done @param {number} of @param {number} elapsed in ms */
  #line(done, of, elapsed) {
    const filled = Math.round((done / of) * WIDTH);
    const bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    const now = elapsed > GUESS_AFTER_MS && done > this.#from ? this.#speed(done - this.#from, of - done, elapsed) : "";
    return `[${bar}] ${String(Math.floor((done / of) * 100)).padStart(3)} % ${this.#phase}${now}`;
  }

  /** How fast it goes, and for how long. @param {number} done meanwhile @param {number} left @param {number} elapsed
   * in ms */
  #speed(done, left, elapsed) {
    const rate = (1000 * done) / elapsed;
    const speed = this.#unit && `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} ${this.#unit}/s`;
    return left ? `${speed}, ${clock(left / rate)} left` : speed;
  }

  /** Takes the line away. */
  end() {
    if (this.#stream.isTTY && this.#phase) this.#stream.write("\r\u001b[K");
  }
}
