/* progress-bar.js - how far something long has come: a line that changes on a terminal, and elsewhere one
 * line for each phase.
 * SPDX-License-Identifier: MIT */

const WIDTH = 24; // characters of the bar
const EVERY_MS = 100;
const GUESS_AFTER_MS = 1500;

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class ProgressBar {
  #stream;
  #phase = "";
  #began = 0;
  #drawn = 0;

  /** @param {{ isTTY: boolean, write(text: string): boolean }} stream as process.stderr */
  constructor(stream) {
    this.#stream = stream;
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
    this.#stream.write(`\r${this.#line(done / of, now - this.#began)}\u001b[K`);
  }

  /** @param {number} share @param {number} elapsed in ms */
  #line(share, elapsed) {
    const filled = Math.round(share * WIDTH);
    const left = elapsed > GUESS_AFTER_MS && share > 0 && share < 1
      ? `, ${clock(elapsed * (1 - share) / share / 1000)} left` : "";
    const bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} % ${this.#phase}${left}`;
  }

  /** Takes the line away. */
  end() {
    if (this.#stream.isTTY && this.#phase) this.#stream.write("\r\u001b[K");
  }
}
