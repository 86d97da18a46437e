/* nearest.js - ranks films by the cosine similarity of their embeddings.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/**
 * The cosine of the angle between two embeddings: 1 for the same direction. 0 if one is zero.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b of the same length
 */
export function cosine(a, b) {
  let ab = 0, aa = 0, bb = 0;
  for (let c = 0; c < a.length; c++) {
    ab += a[c] * b[c];
    aa += a[c] * a[c];
    bb += b[c] * b[c];
  }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}

/**
 * The films of a set nearest to an embedding, nearest first; of equals the earlier one.
 * Everything stays in memory, on this device.
 * @template {{ embedding: ArrayLike<number> }} T
 * @param {ArrayLike<number>} embedding
 * @param {readonly T[]} set of the same model
 * @param {number} [count] how many
 * @returns {{ film: T, similarity: number }[]} similarity: cosine, -1..1
 */
export function nearest(embedding, set, count = 5) {
  const other = set.findIndex((film) => film.embedding.length !== embedding.length);
  if (other >= 0) {
    const { length } = set[other].embedding;
    throw new EvaxError("EMBEDDING_MODEL",
      `film ${other} has ${length} values, not ${embedding.length}`);
  }
  const scored = set.map((film) => ({ film, similarity: cosine(embedding, film.embedding) }));
  return scored.sort((a, b) => b.similarity - a.similarity).slice(0, count);
}
