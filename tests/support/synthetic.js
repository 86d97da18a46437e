/* synthetic.js - made-up embeddings of two classes that overlap, always the same numbers.
 * SPDX-License-Identifier: MIT */
import { randoms } from "../../web/statistics/random.js";

/** n embeddings of `width` values; `shift` moves the first of them. @param {number} n
 * @param {{ width?: number, shift?: number, seed?: number, embeddingSpace?: string }} [how] */
export function embeddings(n, { width = 12, shift = 0, seed = 1, embeddingSpace } = {}) {
  const random = randoms(seed);
  const value = () => random() + random() + random() - 1.5;
  return Array.from({ length: n }, (_, i) => ({
    name: `${seed}-${i}.png`,
    ...(embeddingSpace && { embeddingSpace }),
    embedding: Float32Array.from({ length: width }, (_, c) => value() + (c === 0 ? shift : 0)),
  }));
}

/** As cross-validation and fitting take them: n films of each class. */
export function sample(n, { width = 12, shift = 1 } = {}) {
  const yes = embeddings(n, { width, shift, seed: 1 }), no = embeddings(n, { width, seed: 2 });
  return {
    films: [...yes, ...no].map(({ embedding }) => embedding),
    shows: [...yes.map(() => true), ...no.map(() => false)],
  };
}
