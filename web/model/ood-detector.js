/* ood-detector.js - whether an embedding looks like that of the films a model knows (model/FORMAT.md, section 6).
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./manifest.js").GuardMember} GuardMember */
/** @typedef {import("../engine/analysis.js").Reason} Reason */
/** @typedef {keyof typeof MESSAGES} ReasonCode */

const MESSAGES = Object.freeze({
  NOT_LIKE_FILMS: "This is unlike the films that the model was made from; its scores may mean nothing.",
  TURNED: "This looks like a film on its side or upside down; turn it and read it again.",
  INVERTED: "This looks like a film with its contrast inverted; invert it and read it again.",
});

/** The words that a guard's probes may carry. @type {readonly string[]} */
export const PROBE_CODES = Object.freeze(["NOT_LIKE_FILMS", "TURNED", "INVERTED"]);

/** Numbers of a manifest: base64 of little-endian float32. @param {string} text
 * @returns {Float32Array} */
export function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** @param {Float32Array} a @param {Float32Array} b [n] or longer @param {number} [from] in b */
function dot(a, b, from = 0) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[from + i];
  return sum;
}

export class Guard {
  #mean;
  #axes;
  #weights;
  #rest;
  #limit;
  #probes;

  /** @param {GuardMember} member checked by readManifest() */
  constructor({ distance, probes }) {
    this.#mean = unpacked(distance.mean);
    this.#axes = unpacked(distance.axes);
    this.#weights = unpacked(distance.weights);
    this.#rest = distance.rest;
    this.#limit = distance.limit;
    this.#probes = probes.map(({ code, weights, offset, limit }) =>
      ({ code: /** @type {ReasonCode} */ (code), weights: unpacked(weights), offset, limit }));
  }

  /** How far from the films that the model knows: about 1 for those. @param {Float32Array} embedding */
  distance(embedding) {
    const away = embedding.map((value, i) => value - this.#mean[i]);
    let squared = this.#rest * dot(away, away);
    this.#weights.forEach((weight, k) => {
      squared += weight * dot(away, this.#axes, k * away.length) ** 2;
    });
    return Math.sqrt(Math.max(squared, 0) / away.length);
  }

  /** None for a film like those that the model knows. @param {Float32Array} embedding [C]
   * @returns {Reason[]} */
  reasons(embedding) {
    const strange = new Set(this.#probes.filter(({ weights, offset, limit }) =>
      dot(weights, embedding) + offset > limit).map(({ code }) => code));
    if (this.distance(embedding) > this.#limit) strange.add("NOT_LIKE_FILMS");
    return [...strange].map((code) => ({ code, message: MESSAGES[code] }));
  }
}
