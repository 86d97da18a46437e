/* nearest-mean.js - the baseline of few-shot learning: a nearest-mean (prototype) classifier.
 * SPDX-License-Identifier: MIT */

/** The mean embedding. @param {readonly Float32Array[]} films embeddings, at least one */
export function meanOf(films) {
  const mean = new Float64Array(films[0].length);
  for (const film of films) for (let c = 0; c < mean.length; c++) mean[c] += film[c] / films.length;
  return mean;
}

/**
 * The linear classifier whose boundary is half-way between the two means: its logit is above 0 where
 * an embedding is nearer to the mean of the films that show the finding.
 * @param {readonly Float32Array[]} films embeddings
 * @param {readonly boolean[]} shows
 * @returns {import("./logistic.js").Linear}
 */
export function fitPrototype(films, shows) {
  const yes = meanOf(films.filter((_, i) => shows[i]));
  const no = meanOf(films.filter((_, i) => !shows[i]));
  const weights = yes.map((value, c) => value - no[c]);
  const bias = -weights.reduce((sum, w, c) => sum + w * (yes[c] + no[c]) / 2, 0);
  return { weights, bias };
}
