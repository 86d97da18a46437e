/* pickle-values.js - what a pickle becomes here. Lists are arrays, dictionaries are Maps; numbers, texts,
 * true, false and null are themselves; whole numbers beyond 2^53 are BigInts.
 * SPDX-License-Identifier: MIT */

/** A tuple. */
export class Tuple {
  /** @param {unknown[]} items */
  constructor(items) {
    this.items = items;
  }
}

/** A name in a pickle, for example "torch FloatStorage". Nothing is looked up. */
export class Global {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
}

/** Stands for an object that plays no part in a model; it holds nothing. */
export class Stranger {
  /** @param {string} name what it is, for messages */
  constructor(name) {
    this.name = name;
  }
}
