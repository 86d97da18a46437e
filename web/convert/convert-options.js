/* convert-options.js - whether the options of a conversion are what they must be.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { refuseUnknown } from "../base/options.js";

/** @typedef {import("./convert.js").ConvertOptions} ConvertOptions */

const OPTIONS = ["dtype", "size", "card", "labels", "scoring", "ema", "threads", "signal", "onProgress", "worker",
  "askCard", "assets", "fetched"];
const DTYPES = ["f32", "f16", "q8"];

/** Throws OPTION_INVALID. @param {ConvertOptions} options */
export function checkConvertOptions(options) {
  refuseUnknown(options, OPTIONS, "convert");
  const { dtype = "q8", size, labels, scoring, card, askCard, signal, onProgress } = options;
  const wrong = (/** @type {string} */ detail) => {
    throw new EvaxError("OPTION_INVALID", detail);
  };
  if (!DTYPES.includes(dtype)) wrong(`dtype must be one of ${DTYPES.join(", ")}`);
  if (size !== undefined && !Number.isInteger(size)) wrong("size must be a whole number of pixels");
  if ((labels === undefined) !== (scoring === undefined)) wrong("labels and scoring go together");
  if (labels !== undefined && !Array.isArray(labels)) wrong("labels must be an array of texts");
  if (card !== undefined && (typeof card !== "object" || card === null)) wrong("card must be an object");
  if (askCard !== undefined && typeof askCard !== "function") wrong("askCard must be a function");
  if (signal !== undefined && !(signal instanceof AbortSignal)) wrong("signal must be an AbortSignal");
  if (onProgress !== undefined && typeof onProgress !== "function") wrong("onProgress must be a function");
}
