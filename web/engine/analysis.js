/* analysis.js - the engine's numbers put into words: the findings and what was done to the film.
 * SPDX-License-Identifier: MIT */
import { DID } from "./wasm-engine.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("./wasm-engine.js").ImageFacts} ImageFacts */

/** What is known of one output of the model. What the model does not bring is null.
 * @typedef {object} Facts
 * @property {string} label
 * @property {number | null} threshold the score above which the rest counts a film as positive
 * @property {number | null} sensitivity at the threshold
 * @property {number | null} specificity at the threshold
 * @property {number | null} auc area under the ROC curve
 * @property {[number, number] | null} aucCi95 its 95 % interval
 * @property {number | null} n films on which this was measured
 * @property {number | null} positives of these n
 * @property {string | null} dataset on which it was measured
 * @property {"validated" | "weak" | "none" | null} evidence
 * @property {string | null} note
 */
/** One output of the model for one film.
 * @typedef {object} Result
 * @property {number} logit as the model gives it
 * @property {number} score 0..1: sigmoid of the logit, or softmax over all logits
 * @property {boolean | null} above score > threshold; null without a threshold
 */
/** @typedef {Facts & Result} Finding */

/** Why a film's findings may mean less than they seem to, from its file or from its embedding: a word
 * for programs, a sentence for people.
 * @typedef {{ code: string, message: string }} Reason */

/** What the film was, and what was done to it before the model saw it.
 * @typedef {object} InputFacts
 * @property {"png" | "jpeg" | "dicom" | "raw"} format
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {number} bitDepth as stored
 * @property {number} channels as stored
 * @property {Treatment[]} did
 * @property {[number, number] | null} window the samples of more than 8 bits, or the values of a
 *   DICOM film after rescaling, that became 0 and 255; null if no straight line did it
 * @property {number | null} exifOrientation 1..8; not applied; null if the file has none
 * @property {string[]} notes the same for people, one line each
 * @property {import("../dicom/facts.js").DicomFacts | null} dicom what a DICOM file says
 */
/** @typedef {"dropped-alpha" | "windowed" | "inverted" | "palette"
 *   | "high-byte"} Treatment */

/**
 * What is known of every label, in model order. Frozen.
 * @param {Manifest} manifest
 * @returns {readonly Facts[]}
 */
export function factsOf({ labels, findings = {} }) {
  const all = labels.map((label) => {
    const facts = Object.hasOwn(findings, label) ? findings[label] : {};
    return Object.freeze({
      label,
      threshold: facts.threshold ?? null,
      sensitivity: facts.sensitivity ?? null,
      specificity: facts.specificity ?? null,
      auc: facts.auc ?? null,
      aucCi95: facts.auc_ci95 ?? null,
      n: facts.n ?? null,
      positives: facts.positives ?? null,
      dataset: facts.dataset ?? null,
      evidence: facts.evidence ?? null,
      note: facts.note ?? null,
    });
  });
  return Object.freeze(all);
}

/**
 * Every label in model order, with the film's numbers.
 * @param {readonly Facts[]} facts
 * @param {Float32Array} logits
 * @param {Float32Array} scores
 * @returns {Finding[]}
 */
export function findingsOf(facts, logits, scores) {
  return facts.map(({ label, threshold, ...rest }, i) => ({
    label,
    logit: logits[i],
    score: scores[i],
    threshold,
    above: threshold === null ? null : scores[i] > threshold,
    ...rest,
  }));
}

/** @type {{ bit: number, word: Treatment, note: (image: ImageFacts) => string }[]} */
const TREATMENTS = [
  { bit: DID.dropAlpha, word: "dropped-alpha", note: () => "The alpha channel was dropped." },
  {
    bit: DID.window,
    word: "windowed",
    note: ({ windowLow, windowHigh }) =>
      `16-bit samples: ${windowLow} became black and ${windowHigh} white.`,
  },
  { bit: DID.palette, word: "palette", note: () => "Palette colors were looked up." },
  { bit: DID.highByte, word: "high-byte", note: () => "16-bit color was cut to 8 bits." },
];

/** @param {ImageFacts} image @returns {InputFacts} */
export function inputFactsOf(image) {
  const done = TREATMENTS.filter(({ bit }) => image.did & bit);
  const notes = done.map(({ note }) => note(image));
  if (image.exifOrientation > 1) {
    notes.push(`EXIF orientation ${image.exifOrientation} was not applied: read as stored.`);
  }
  const { format, width, height, bitDepth, channels } = image;
  return {
    format, width, height, bitDepth, channels,
    did: done.map(({ word }) => word),
    window: image.did & DID.window ? [image.windowLow, image.windowHigh] : null,
    exifOrientation: image.exifOrientation || null,
    notes,
    dicom: null,
  };
}
