/* film-progress.js - how many films are done, how many a second, and the time left, where a person watches: a line
 * on a terminal.
 *
 * It is there where standard error is a terminal, and the films' own texts do not go to one, which show how far it is.
 * SPDX-License-Identifier: MIT */
import { ProgressBar } from "../base/progress-bar.js";

export class FilmProgress {
  #bar;
  #total;
  #done = 0;

  /** @param {number} films to read @param {{ quiet?: boolean, save?: string }} options
   * @param {number} [before] films of the run that are done already */
  constructor(films, { quiet = false, save }, before = 0) {
    const watched = process.stderr.isTTY && (save || !process.stdout.isTTY) && !quiet && films > 1;
    this.#bar = watched ? new ProgressBar(process.stderr, { unit: "films", from: before }) : null;
    this.#done = before;
    this.#total = before + films;
  }

  /** One more is done, or has failed. */
  next() {
    this.#done += 1;
    this.#bar?.show(`${this.#total} films`, this.#done, this.#total);
    if (this.#done === this.#total) this.#bar?.end();
  }
}
