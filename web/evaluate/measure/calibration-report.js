/* calibration-report.js - how far scores are from shares, and what a recalibration would make of them.
 * SPDX-License-Identifier: MIT */
import { brier, calibrated, calibrationError, fitIsotonic, fitPlatt, reliability } from "../../statistics/calibration.js";
import { foldsOf } from "../../statistics/folds.js";
import { wilson } from "../../statistics/proportion.js";
import { canChoose, countsOf } from "./support.js";

/** @typedef {import("../../statistics/calibration.js").Calibration} Calibration */
/** @typedef {import("./operating-points.js").Scored} Scored */
/** @typedef {{ ece: number, brier: number, bins: (import("../../statistics/calibration.js").Bin & { ci95: [number, number] })[] }} CalibrationFigures
 * bins: tenths of 0..1 that hold films, with Wilson's interval of their share */
/** method: as asked for; after: of scores that were recalibrated by other patients; proposed: by all of them.
 * @typedef {{ method: "platt" | "isotonic", after: CalibrationFigures, proposed: Calibration }} Recalibration */

const FOLDS = 5;
const FITS = { platt: fitPlatt, isotonic: fitIsotonic };

/** @param {ArrayLike<number>} scores [n] 0..1 @param {Uint8Array} shows [n] @returns {CalibrationFigures} */
export function calibrationFigures(scores, shows) {
  const bins = reliability(scores, shows);
  return {
    ece: calibrationError(bins), brier: brier(scores, shows),
    bins: bins.map((bin) => ({ ...bin, ci95: wilson(bin.share, bin.n) })),
  };
}

/** @param {Scored} films @param {(i: number) => boolean} among @param {"platt" | "isotonic"} method @returns {Calibration | null} */
function fit({ scores, shows }, among, method) {
  const [some, known] = [scores.filter((_, i) => among(i)), shows.filter((_, i) => among(i))];
  return canChoose(countsOf({ shows: known, patients: [] })) ? FITS[method](some, known) : null;
}

/**
 * A recalibration, judged on patients that it was not fitted on.
 * @param {Scored} films on which is measured
 * @param {Scored | null} chosenOn other films to fit on; without them it is cross-validated by patient
 * @param {"platt" | "isotonic"} method
 * @returns {Recalibration | null} null where there are too few films of a class
 */
export function recalibration(films, chosenOn, method) {
  const proposed = fit(chosenOn ?? films, () => true, method);
  const folds = chosenOn ? new Uint8Array(films.shows.length) : foldsOf(films.patients, films.shows, FOLDS);
  const fitted = chosenOn ? [proposed] : Array.from({ length: FOLDS }, (_, fold) => fit(films, (i) => folds[i] !== fold, method));
  if (!proposed || fitted.some((each) => !each)) return null;
  const after = films.scores.map((score, i) => calibrated(/** @type {Calibration} */ (fitted[folds[i]]), score));
  return { method, after: calibrationFigures(after, films.shows), proposed };
}
