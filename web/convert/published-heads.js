/* published-heads.js - what is known of the published models without being told: labels, scoring and
 * preprocessing (model/ARCHITECTURE.md, sections 2 and 5).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { PATCH } from "./architecture.js";

/** @typedef {import("../model/manifest.js").Preprocessing} Preprocessing */
/** @typedef {object} Head
 * @property {string} dataset
 * @property {"sigmoid" | "softmax" | "none"} scoring
 * @property {string[]} labels in output order
 */

const MEAN = 0.49185243;
const STD = 0.28509309;

/** The published head with so many outputs. @type {Record<number, Head>} */
const HEADS = {
  14: {
    dataset: "ChestX-ray14",
    scoring: "sigmoid",
    labels: [
      "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia",
      "Pneumothorax", "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia",
    ],
  },
  5: {
    dataset: "CheXpert",
    scoring: "sigmoid",
    labels: ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion"],
  },
  3: { dataset: "CovidX-3", scoring: "softmax", labels: ["normal", "pneumonia", "COVID-19"] },
  2: { dataset: "CovidX-4", scoring: "softmax", labels: ["negative", "positive"] },
};
const FEATURES = /** @type {Head} */ ({ dataset: "features", scoring: "none", labels: [] });
const UNTRAINED_CLASSES = 1000;

/**
 * What the outputs of a model are. Throws LABELS_NEEDED where nobody knows.
 * @param {number} classes
 * @param {{ labels?: string[], scoring?: "sigmoid" | "softmax" }} card its labels win
 * @returns {Head}
 */
export function headOf(classes, { labels, scoring }) {
  if (labels && scoring) {
    if (labels.length === classes) return { dataset: "labels of the card", scoring, labels };
    throw new EvaxError("CARD_INVALID", `it has ${labels.length} labels, the head ${classes} outputs`);
  }
  if (classes === 0) return FEATURES;
  if (HEADS[classes]) return HEADS[classes];
  const untrained = classes === UNTRAINED_CLASSES ? "; so many has an untrained model of timm" : "";
  throw new EvaxError("LABELS_NEEDED", `no published EVA-X has ${classes} outputs${untrained}`);
}

/**
 * The official evaluation transform. CovidX, and CheXpert in size Ti, are resized straight to the input;
 * the others to 8/7 of it, then cropped.
 * @param {Pick<import("./architecture.js").Architecture, "size" | "grid">} a
 * @param {string} dataset
 * @returns {Preprocessing}
 */
export function recipeOf({ size, grid }, dataset) {
  const side = PATCH * grid;
  const straight = dataset.startsWith("CovidX") || (dataset === "CheXpert" && size === "Ti");
  return {
    resize: straight ? side : Math.floor(side * 8 / 7),
    crop: side,
    interpolation: "pillow-bicubic",
    mean: MEAN,
    std: STD,
  };
}
