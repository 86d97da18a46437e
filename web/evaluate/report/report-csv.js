/* report-csv.js - a report as CSV, for a spreadsheet: a finding and an operating point a row.
 * SPDX-License-Identifier: MIT */
import { csvLine } from "../../base/csv.js";

/** @typedef {import("../../statistics/proportion.js").Proportion} Proportion */
/** @typedef {import("../measure/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("../measure/operating-points.js").OperatingPoint} OperatingPoint */
/** @typedef {import("./report.js").Report} Report */

const SHARES = /** @type {const} */ (["sensitivity", "specificity", "ppv", "npv"]);
const HEADING = [
  "finding", "n", "positives", "patients", "positive_patients", "auc", "auc_low", "auc_high", "auc_interval", "delong_low", "delong_high",
  "average_precision", "ece", "brier", "thumbnail_auc", "minus_thumbnail_low", "minus_thumbnail_high", "brightness_auc",
  "minus_brightness_low", "minus_brightness_high", "point", "threshold", "chosen", "above",
  ...SHARES.flatMap((share) => [share, `${share}_low`, `${share}_high`]),
  "prevalence", "ppv_at_prevalence", "ppv_at_low", "ppv_at_high", "npv_at_prevalence", "npv_at_low", "npv_at_high",
  "warnings", "films", "date", "model", "model_sha256", "dtype", "version", "notice",
];

/** @param {readonly [number, number] | null | undefined} interval */
const ends = (interval) => interval ?? [null, null];

/** @param {FindingFigures} figures */
function figureCells({ label, n, positives, patients, positivePatients, auc, averagePrecision, calibration, baselines }) {
  const baseline = (/** @type {string} */ name) => {
    const found = baselines.find((each) => each.name === name);
    return [found?.auc, ...ends(found?.differenceCi95)];
  };
  return [label, n, positives, patients, positivePatients, auc?.value, ...ends(auc?.ci95), auc?.interval, ...ends(auc?.delong95), averagePrecision,
    calibration?.ece, calibration?.brier, ...baseline("thumbnail"), ...baseline("brightness")];
}

/** @param {OperatingPoint | null} point */
function pointCells(point) {
  const at = point?.atPrevalence;
  return [point?.name, point?.threshold, point?.chosen, point?.above,
    ...SHARES.flatMap((share) => [point?.[share]?.value, ...ends(point?.[share]?.ci95)]),
    at?.prevalence, at?.ppv.value, ...ends(at?.ppv.ci95), at?.npv.value, ...ends(at?.npv.ci95)];
}

/** The report's figures. What the films do not support is blank. @param {Report} report */
export function reportCsv({ findings, data, model, notice }) {
  const origin = [data.name, data.date, model.name, model.sha256, model.dtype, model.version, notice];
  const rows = findings.flatMap((figures) => (figures.points.length ? figures.points : [null]).map((point) =>
    [...figureCells(figures), ...pointCells(point), figures.warnings.map(({ code }) => code).join(" "), ...origin]));
  return [HEADING, ...rows].map(csvLine).join("");
}
