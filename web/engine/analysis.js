/* analysis.js - makes the engine's numbers into an analysis: the findings, and how the film was read.
 * SPDX-License-Identifier: MIT */
import { CONVERSION } from "./wasm-engine.js";
import { isAbove } from "../base/threshold.js";
import { calibrated } from "../statistics/calibration.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("./wasm-engine.js").ImageInfo} ImageInfo */
/** @typedef {import("../evaluate/site-card.js").SiteCard} SiteCard */

/** What was measured of one output of the model. What the manifest does not say is null.
 * @typedef {object} Facts
 * @property {string} label
 * @property {number | null} threshold a score above it counts as positive: sensitivity and specificity
 *   are those at this threshold
 * @property {number | null} sensitivity at the threshold
 * @property {number | null} specificity at the threshold
 * @property {number | null} auc area under the ROC curve
 * @property {[number, number] | null} aucCi95 its 95 % interval
 * @property {number | null} n films on which this was measured
 * @property {number | null} positives of these n
 * @property {string | null} dataset on which it was measured
 * @property {"validated" | "weak" | "none" | null} evidence
 * @property {string | null} note
 * @property {import("../statistics/calibration.js").Calibration} [calibration] of a site card, if it has one
 */
/** One output of the model for one film.
 * @typedef {object} Result
 * @property {number} logit as the model gives it
 * @property {number} score 0..1: sigmoid of the logit, or softmax over all logits
 * @property {boolean | null} above score > threshold; null without a threshold
 * @property {number} [calibrated] the score after the site card's recalibration, if it has one: about the share of films
 *   with this score that show the finding, among films like the card's
 */
/** @typedef {Facts & Result} Finding */

/** A reason to doubt a film's findings, from its file or from its embedding: a code for programs and a
 * sentence for people.
 * @typedef {{ code: string, message: string }} Reason */

/** How a film was stored, and what was done to it before the model saw it.
 * @typedef {object} InputInfo
 * @property {"png" | "jpeg" | "dicom" | "raw"} format
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {number} bitDepth as stored
 * @property {number} channels as stored
 * @property {Conversion[]} conversions that were applied
 * @property {[number, number] | null} window the samples of more than 8 bits, or the values of a
 *   DICOM film after rescaling, that became 0 and 255; null if the
 *   mapping was not linear
 * @property {number | null} exifOrientation 1..8; not applied; null if the file has none
 * @property {string[]} notes the conversions in sentences, one each
 * @property {import("../dicom/facts.js").DicomFacts | null} dicom read from a DICOM file
 */
/** @typedef {"dropped-alpha" | "windowed" | "inverted" | "palette"
 *   | "high-byte"} Conversion */

/** What a site card says of a label. @param {SiteCard} card @param {string} label @returns {Facts} */
function cardFacts({ name, date, findings }, label) {
  const { threshold, sensitivity, specificity, auc, auc_ci95: aucCi95, n, positives, evidence, note, calibration } = findings[label];
  return {
    label, threshold, sensitivity, specificity, auc, aucCi95, n, positives, dataset: `your films: ${name}${date ? `, ${date}` : ""}`,
    evidence, note, ...(calibration && { calibration }),
  };
}

/** Facts with a site card's in the place of those that it has. Frozen.
 * @param {readonly Facts[]} facts in model order @param {SiteCard} card of this model @returns {readonly Facts[]} */
export const factsWith = (facts, card) => Object.freeze(facts.map((own) =>
  (Object.hasOwn(card.findings, own.label) ? Object.freeze(cardFacts(card, own.label)) : own)));

/**
 * The facts of every label, in model order. Frozen.
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
 * The finding of every label, in model order.
 * @param {readonly Facts[]} facts
 * @param {ArrayLike<number>} logits
 * @param {ArrayLike<number>} scores
 * @returns {Finding[]}
 */
export function findingsOf(facts, logits, scores) {
  return facts.map(({ label, threshold, calibration, ...rest }, i) => ({
    label,
    logit: logits[i],
    score: scores[i],
    threshold,
    above: threshold === null ? null : isAbove(scores[i], threshold),
    ...rest,
    ...(calibration && { calibrated: calibrated(calibration, scores[i]) }),
  }));
}

/** Numbers that JSON has as a list: of a typed array it makes an object of its indices. @template {Float32Array} T
 * @param {T} values @returns {T} */
export function listedInJson(values) {
  return Object.defineProperty(values, "toJSON", { value: () => Array.from(values), configurable: true });
}

/** @type {{ bit: number, word: Conversion, note: (image: ImageInfo) => string }[]} */
const CONVERSIONS = [
  { bit: CONVERSION.dropAlpha, word: "dropped-alpha", note: () => "The alpha channel was dropped." },
  {
    bit: CONVERSION.window,
    word: "windowed",
    note: ({ windowLow, windowHigh }) =>
      `16-bit samples: ${windowLow} became black and ${windowHigh} white.`,
  },
  { bit: CONVERSION.palette, word: "palette", note: () => "Palette colors were looked up." },
  { bit: CONVERSION.highByte, word: "high-byte", note: () => "16-bit color was cut to 8 bits." },
];

/** @param {ImageInfo} image @returns {InputInfo} */
export function inputInfoOf(image) {
  const done = CONVERSIONS.filter(({ bit }) => image.conversions & bit);
  const notes = done.map(({ note }) => note(image));
  if (image.exifOrientation > 1) {
    notes.push(`EXIF orientation ${image.exifOrientation} was not applied: read as stored.`);
  }
  const { format, width, height, bitDepth, channels } = image;
  return {
    format, width, height, bitDepth, channels,
    conversions: done.map(({ word }) => word),
    window: image.conversions & CONVERSION.window ? [image.windowLow, image.windowHigh] : null,
    exifOrientation: image.exifOrientation || null,
    notes,
    dicom: null,
  };
}
