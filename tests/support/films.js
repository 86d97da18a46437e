/* films.js - films of the page's queue, for tests of what the page makes of them.
 * SPDX-License-Identifier: MIT */

export const origin = {
  model: "tiny", modelHash: "ab".repeat(32), dtype: "q8", scoring: "sigmoid",
  preprocessing: { resize: 256, crop: 224, interpolation: "pillow-bicubic", mean: 0.5, std: 0.25 },
  version: "1.2.3", variant: "simd128", engineHash: "cd".repeat(32),
  license: "MIT", attribution: "someone", notice: "Not a medical device.",
};

/** A finding; without a threshold unless it is given. */
export const finding = (over = {}) => {
  const { score = 0.123456789, threshold = null } = over;
  return {
    label: "Pleural_Thickening", logit: -1.5, score, threshold,
    above: threshold === null ? null : score > threshold,
    sensitivity: null, specificity: null, auc: null, aucCi95: null, n: null, positives: null,
    dataset: null, evidence: null, note: null, ...over,
  };
};

const input = {
  format: "png", width: 64, height: 48, bitDepth: 8, channels: 1, conversions: [], window: null,
  exifOrientation: null, notes: [], dicom: null,
};

/** One that was read. @param {any} [over] @returns {import("../../web/page/films/film-queue.js").Film} */
export const done = (over = {}) => ({
  id: 1, name: "film.png", fromCanvas: false, status: "done", error: null,
  result: {
    reasons: [{ code: "TURNED", message: "turned" }],
    findings: [finding(), finding({ label: "Mass", threshold: 0.1, evidence: "weak" })],
    customFindings: [finding({ label: "Stripes", threshold: 0.5, dataset: "the films it was trained on" })],
    embedding: Float32Array.of(1, 2), embeddingSpace: "ef".repeat(32), thumbnail: new Uint8ClampedArray(4096), small: new Float32Array(),
    input, notice: origin.notice, timing: { decodeMs: 1, preprocessMs: 2, inferMs: 3 },
  },
  ...over,
});

export const failed = () => ({
  id: 2, name: "broken.png", fromCanvas: false, status: "failed", result: null,
  error: Object.assign(new Error("the image file is damaged"), { code: "IMAGE_CORRUPT" }),
});
