/* thread-tuner.js - how many threads work on the next pass, where nobody asked for a number.
 *
 *     all ── a few passes ── half of them: quicker? ── yes: half of these ... ── no: as before, and look again later
 *
 * A browser says how many processors there are, or hides it; not that half of them are slow ones, that the machine has
 * become too warm, or that this page may use two of eight. So passes are timed, which all take the same work, and the
 * quickest count is kept. The least time of some passes counts, because other programs only add to it; and every choice
 * is looked at again after a while, and at once when passes have become slow. Results do not depend on the count.
 * SPDX-License-Identifier: MIT */

/* Passes that are timed before a count is judged. */
const ENOUGH = 2;
/* The first pass compiles, and fills caches. */
const WARM_UP = 1;
/* A count must be so much quicker to be taken instead of another. */
const CLEARLY = 0.93;
/* Passes until the neighbors are tried again. */
const LATER = 50;
/* So many passes in a row, each so much slower than it was, mean that the machine is no longer what it was. */
const SLOW = 1.5;
const SLOW_IN_A_ROW = 3;

/** @param {number} count */
const half = (count) => Math.ceil(count / 2);

export class ThreadTuner {
  /** Threads there are. */ #most;
  /** The count that was found best, and its least time; Infinity: to be timed. */ #best = { count: 1, ms: Infinity };
  /** Counts to be tried after that. @type {number[]} */ #toTry = [];
  /** What works now, and the times of its passes. @type {{ count: number, times: number[] }} */ #now;
  #skip = WARM_UP;
  #settledFor = 0;
  #slow = 0;

  /** @param {number} most threads there are, the engine's own included */
  constructor(most) {
    this.#most = most;
    this.#now = this.#timeAgain(most, [half(most)]);
  }

  /** Threads for the next pass. */
  get count() {
    return this.#now.count;
  }

  /** Whether fewer threads than there are were found to be quicker. */
  get fewer() {
    return this.#best.count < this.#most;
  }

  /** A pass has been run with `count` threads. @param {number} ms that it took */
  record(ms) {
    if (this.#skip-- > 0) return;
    this.#skip = 0;
    if (this.#settled) this.#watch(ms);
    else this.#judge(ms);
  }

  get #settled() {
    return this.#now.count === this.#best.count && this.#best.ms < Infinity;
  }

  /** @param {number} ms */
  #judge(ms) {
    const { count, times } = this.#now;
    times.push(ms);
    if (times.length < ENOUGH) return;
    const least = Math.min(...times), { count: before } = this.#best;
    if (count === before || least < this.#best.ms * CLEARLY) this.#best = { count, ms: least };
    if (this.#best.count !== before) this.#toTry = [count > before ? this.#twice(count) : half(count)];
    this.#next();
  }

  /** Tries the next count, or goes on with the best. */
  #next() {
    const others = this.#toTry.filter((count) => count !== this.#best.count);
    this.#now = { count: others.shift() ?? this.#best.count, times: [] };
    this.#toTry = others;
    this.#settledFor = this.#slow = 0;
  }

  /** @param {number} ms of a pass with the best count */
  #watch(ms) {
    const { count, ms: best } = this.#best;
    this.#slow = ms > best * SLOW ? this.#slow + 1 : 0;
    this.#best.ms = Math.min(best, ms);
    if (this.#slow >= SLOW_IN_A_ROW) this.#now = this.#timeAgain(this.#most, [half(this.#most)]);
    else if (++this.#settledFor >= LATER) this.#now = this.#timeAgain(count, [half(count), this.#twice(count)]);
  }

  /** Begins anew with a count, then others. @param {number} count @param {number[]} others */
  #timeAgain(count, others) {
    this.#best = { count, ms: Infinity };
    this.#toTry = others;
    this.#settledFor = this.#slow = 0;
    return { count, times: [] };
  }

  /** @param {number} count */
  #twice(count) {
    return Math.min(2 * count, this.#most);
  }
}
