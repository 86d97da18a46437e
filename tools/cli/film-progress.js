/* film-progress.js - how many films are done, where a person watches: a line on a terminal.
 *
 * It is there where standard error is a terminal, and standard output is not: on a terminal the films' own texts
 * show how far it is.
 * SPDX-License-Identifier: MIT */
import { ProgressBar } from "./progress-bar.js";

export class FilmProgress {
  #bar;
  #total;
  #done = 0;

  /** @param {number} total films @param {{ quiet?: boolean }} options */
  constructor(total, { quiet = false }) {
    const watched = process.stderr.isTTY && !process.stdout.isTTY && !quiet && total > 1;
    this.#bar = watched ? new ProgressBar(process.stderr) : null;
    this.#total = total;
  }

  /** One more is done, or has failed. */
  next() {
    this.#done += 1;
    this.#bar?.show(`${this.#total} films`, this.#done, this.#total);
    if (this.#done === this.#total) this.#bar?.end();
  }
}
