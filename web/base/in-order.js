/* in-order.js - work on many items, several at a time, with the results in the order of the items.
 *
 *     items ── pulled when a lane is free ── work(item, lane) ── result, held until those before it were taken
 *
 * However many items there are, at most HELD results a lane are under way or held: an item that takes long, or a
 * consumer that is slow, halts the others instead of filling the memory.
 * SPDX-License-Identifier: MIT */

/* Results a lane that may wait for one before them: a film of 60 megapixels takes as long as some ten others. */
const HELD = 16;

/** A lane is a number below `lanes`; each works on one item at a time.
 * @template Item, Result
 * @typedef {(item: Item, lane: number, signal: AbortSignal) => Promise<Result>} Work */

/** @template T @param {Iterable<T> | AsyncIterable<T>} items @returns {Iterator<T> | AsyncIterator<T>} */
function iteratorOf(items) {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  return /** @type {Iterable<T>} */ (items)[Symbol.iterator]();
}

/** @template Item, Result */
class Ordered {
  #source;
  #work;
  #idle;
  #most;
  /** @type {Promise<Result>[]} under way or held, in the order of the items */ #results = [];
  #pulling = false;
  #ended = false;
  #stop = new AbortController();
  /** Resolves the wait of next(). */ #wake = () => {};

  /** @param {Iterable<Item> | AsyncIterable<Item>} items @param {number} lanes @param {Work<Item, Result>} work */
  constructor(items, lanes, work) {
    this.#source = iteratorOf(items);
    this.#work = work;
    this.#idle = Array.from({ length: lanes }, (_, lane) => lane).reverse();
    this.#most = HELD * lanes;
  }

  /** Gives each idle lane an item. */
  async #pull() {
    if (this.#pulling) return;
    this.#pulling = true;
    while (!this.#ended && this.#idle.length && this.#results.length < this.#most) {
      try {
        const { done, value } = await this.#source.next();
        if (done) this.#ended = true;
        else if (!this.#ended) this.#start(value);
      } catch (error) {
        this.#ended = true;
        this.#results.push(this.#handled(Promise.reject(error)));
      }
      this.#wake();
    }
    this.#pulling = false;
  }

  /** @param {Item} item */
  #start(item) {
    const lane = /** @type {number} */ (this.#idle.pop());
    this.#results.push(this.#handled(this.#work(item, lane, this.#stop.signal).finally(() => {
      this.#idle.push(lane);
      void this.#pull();
    })));
  }

  /** A rejection is next()'s, when its turn comes; until then nobody has it. @param {Promise<Result>} result */
  #handled(result) {
    result.catch(() => {});
    return result;
  }

  /** @returns {Promise<{ result: Result } | null>} null: there are no more */
  async next() {
    for (void this.#pull(); !this.#results.length && !this.#ended;) {
      await new Promise((resolve) => { this.#wake = () => resolve(undefined); });
    }
    if (!this.#results.length) return null;
    const result = await this.#results[0];
    this.#results.shift();
    return { result };
  }

  /** Takes no more items, and aborts what is under way. It does not wait for an item that may never come. */
  end() {
    this.#ended = true;
    this.#stop.abort();
    void Promise.resolve(this.#source.return?.()).catch(() => {});
  }
}

/**
 * The results of `work` on each item, in the order of the items. A rejection of `work` or of the items ends it;
 * whoever leaves it early aborts what is under way.
 * @template Item, Result
 * @param {Iterable<Item> | AsyncIterable<Item>} items
 * @param {number} lanes how many are worked on at a time, 1 or more
 * @param {Work<Item, Result>} work
 * @returns {AsyncGenerator<Result>}
 */
export async function* inOrder(items, lanes, work) {
  const ordered = new Ordered(items, lanes, work);
  try {
    for (let next = await ordered.next(); next; next = await ordered.next()) yield next.result;
  } finally {
    ordered.end();
  }
}
