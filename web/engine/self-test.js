/* self-test.js - checks that the engine computes here what it computed where the model was converted.
 *
 * The manifest has the logits, or the start of the embedding, of a synthetic film. The film is given by
 * a formula, so it needs no download. Pages run this before they show scores, and show none if it fails.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("../model/manifest.js").Preprocessing} Preprocessing */
/** @typedef {import("../model/manifest.js").SelfTest} SelfTest */
/** @typedef {{ vectors: number, worst: number, ms: number }} SelfTestReport vectors: how many
 *   films were compared, 0 if the manifest has none; worst: the largest difference */

/**
 * The input tensor of the synthetic film, normalized by the preprocessing.
 * @param {Preprocessing} preprocessing
 * @returns {Float32Array} [3][R][R]
 */
export function syntheticInput({ crop: side, mean, std }) {
  const area = side * side;
  const chw = new Float32Array(3 * area);
  const [m, s, round] = [Math.fround(mean), Math.fround(std), Math.fround];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const gray = ((7 * x + 13 * y) ^ ((x * y) >> 4)) & 255;
      chw[y * side + x] = round(round(round(gray / 255) - m) / s);
    }
  }
  chw.copyWithin(area, 0, area);
  chw.copyWithin(2 * area, 0, area);
  return chw;
}

/** The largest difference; NaN if one is. @param {Float32Array} found @param {number[]} expected */
const worstDifference = (found, expected) =>
  Math.max(0, ...expected.map((value, i) => Math.abs(value - found[i])));

/* How far a number may be off, by what the weights are kept in: several times what rounding does (model/FORMAT.md).
 * A manifest may ask for less, never for more: it is among the things that are being tested. */
const MOST = { f32: 0.001, f16: 0.02, q8: 0.25 };

/**
 * Runs the synthetic film. Rejects with SELF_TEST when a number is off, and with NUMERIC when one
 * is not finite; the latter also for models that bring nothing to compare.
 * @param {{ info: { dtype: keyof typeof MOST },
 *   infer(chw: Float32Array): Promise<{ logits: Float32Array, embedding: Float32Array }> }} engine
 * @param {SelfTest | null} vectors of the manifest
 * @param {Preprocessing} preprocessing of the manifest
 * @returns {Promise<SelfTestReport>}
 */
export async function selfTest(engine, vectors, preprocessing) {
  const start = performance.now();
  const { logits, embedding } = await engine.infer(syntheticInput(preprocessing));
  if (vectors) {
    const tolerance = Math.min(vectors.tolerance, MOST[engine.info.dtype]);
    const worst = Math.max(
      worstDifference(logits, vectors.logits), worstDifference(embedding, vectors.embedding ?? []));
    if (!(worst <= tolerance)) {
      throw new EvaxError("SELF_TEST", `a number is off by ${worst}, allowed is ${tolerance}`);
    }
    return { vectors: 1, worst, ms: performance.now() - start };
  }
  return { vectors: 0, worst: 0, ms: performance.now() - start };
}
