/* ood-detector.js - the out-of-distribution detector: whether an embedding is like those of the films that
 * the model was trained on (model/FORMAT.md, section 6).
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./manifest.js").OodMember} OodMember */
/** @typedef {import("../engine/analysis.js").Reason} Reason */
/** @typedef {keyof typeof MESSAGES} ReasonCode */

const MESSAGES = Object.freeze({
  NOT_LIKE_FILMS: "This is unlike the films that the model was made from; its scores may mean nothing.",
  TURNED: "This looks like a film on its side or upside down; turn it and read it again.",
  INVERTED: "This looks like a film with its contrast inverted; invert it and read it again.",
});

/** The codes that the classifiers of a manifest may have. @type {readonly string[]} */
export const OOD_CODES = Object.freeze(["NOT_LIKE_FILMS", "TURNED", "INVERTED"]);

/** A list of numbers in a manifest: base64 of little-endian float32. @param {string} text
 * @returns {Float32Array} */
export function unpacked(text) {
  const binary = atob(text);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  const numbers = new Float32Array(Math.floor(binary.length / 4));
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat32(4 * i, true);
  return numbers;
}

/** @param {Float32Array} a @param {Float32Array} b [n] or longer @param {number} [from] in b */
function dot(a, b, from = 0) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[from + i];
  return sum;
}

/** Two tests of an embedding: how far it is from the mean of the training films, in a Mahalanobis-like
 * distance, and one linear classifier for each kind of picture that is no upright film (`guard.probes`
 * in the manifest). */
export class OodDetector {
  #mean;
  #axes;
  #weights;
  #rest;
  #limit;
  #classifiers;

  /** @param {OodMember} member checked by readManifest() */
  constructor({ distance, probes }) {
    this.#mean = unpacked(distance.mean);
    this.#axes = unpacked(distance.axes);
    this.#weights = unpacked(distance.weights);
    this.#rest = distance.rest;
    this.#limit = distance.limit;
    this.#classifiers = probes.map(({ code, weights, offset, limit }) =>
      ({ code: /** @type {ReasonCode} */ (code), weights: unpacked(weights), offset, limit }));
  }

  /** The distance from the training films, scaled so that it is about 1 for films like them.
   * @param {Float32Array} embedding [C] */
  distance(embedding) {
    const difference = embedding.map((value, i) => value - this.#mean[i]);
    let squared = this.#rest * dot(difference, difference);
    this.#weights.forEach((weight, k) => {
      squared += weight * dot(difference, this.#axes, k * difference.length) ** 2;
    });
    return Math.sqrt(Math.max(squared, 0) / difference.length);
  }

  /** Empty for a film like the training films. @param {Float32Array} embedding [C]
   * @returns {Reason[]} */
  reasons(embedding) {
    const codes = new Set(this.#classifiers.filter(({ weights, offset, limit }) =>
      dot(weights, embedding) + offset > limit).map(({ code }) => code));
    if (this.distance(embedding) > this.#limit) codes.add("NOT_LIKE_FILMS");
    return [...codes].map((code) => ({ code, message: MESSAGES[code] }));
  }
}
