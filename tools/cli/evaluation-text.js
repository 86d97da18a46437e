/* evaluation-text.js - a report of `evax evaluate` for a terminal: a finding a line, its thresholds, and what limits both.
 * SPDX-License-Identifier: MIT */
import { problemsInWords } from "../../web/evaluate/report/problem-words.js";
import { paragraph, printable, table } from "./base/report.js";

/** @typedef {import("../../web/evaluate/report/report.js").Report} Report */
/** @typedef {import("../../web/evaluate/measure/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("../../web/evaluate/measure/compare-models.js").ComparedFinding} ComparedFinding */
/** @typedef {import("../../web/evaluate/measure/operating-points.js").OperatingPoint} OperatingPoint */
/** @typedef {FindingFigures & { point: OperatingPoint }} PointRow */

/** @param {number | null | undefined} value @param {number} [digits] */
const number = (value, digits = 2) => (value === undefined || value === null ? "-" : value.toFixed(digits));

/** A figure with its interval. @param {{ value: number, ci95: readonly [number, number] | null } | null | undefined} figure @param {number} [digits] */
const withInterval = (figure, digits = 2) => (figure
  ? `${number(figure.value, digits)}${figure.ci95 ? ` (${figure.ci95.map((end) => number(end)).join(" to ")})` : ""}` : "-");

/** @param {FindingFigures} figures @param {string} name */
const baseline = ({ baselines }, name) => number(baselines.find((each) => each.name === name)?.auc);

/** @param {readonly FindingFigures[]} findings */
const findingTable = (findings) => table(findings, [
  { head: "finding", cell: ({ label }) => printable(label) },
  { head: "films", cell: ({ n }) => String(n), right: true },
  { head: "positive", cell: ({ positives }) => String(positives), right: true },
  { head: "patients", cell: ({ patients, positivePatients }) => `${patients} (${positivePatients})`, right: true },
  { head: "AUC", cell: ({ auc }) => withInterval(auc, 3) },
  { head: "thumbnail", cell: (figures) => baseline(figures, "thumbnail"), right: true },
  { head: "brightness", cell: (figures) => baseline(figures, "brightness"), right: true },
  { head: "ECE", cell: ({ calibration }) => number(calibration?.ece, 3), right: true },
  { head: "limits", cell: ({ warnings }) => warnings.map(({ code }) => code).join(" ") },
]);

/** @param {readonly PointRow[]} rows */
const pointTable = (rows) => table(rows, [
  { head: "finding", cell: ({ label }) => printable(label) },
  { head: "threshold", cell: ({ point }) => point.threshold.toPrecision(3), right: true },
  { head: "chosen", cell: ({ point }) => (point.chosen === "given" ? point.name : `${point.name}, ${point.chosen}`) },
  { head: "sensitivity", cell: ({ point }) => withInterval(point.sensitivity) },
  { head: "specificity", cell: ({ point }) => withInterval(point.specificity) },
  { head: "PPV", cell: ({ point }) => withInterval(point.ppv) },
  { head: "NPV", cell: ({ point }) => withInterval(point.npv) },
  ...(rows.some(({ point }) => point.atPrevalence) ? [
    { head: "PPV at prevalence", cell: (/** @type {PointRow} */ { point: { atPrevalence: at } }) => (at ? `${withInterval(at.ppv)} at ${at.prevalence}` : "-") },
    { head: "NPV", cell: (/** @type {PointRow} */ { point: { atPrevalence: at } }) => withInterval(at?.npv) },
  ] : []),
]);

/** @param {ComparedFinding} finding */
function flipped({ flips }) {
  if (!flips) return "-";
  const { positives, negatives, among } = flips;
  return `${positives.toPositive + positives.toNegative + negatives.toPositive + negatives.toNegative} of ${among}`;
}

/** @param {readonly ComparedFinding[]} findings */
const againstTable = (findings) => table(findings, [
  { head: "finding", cell: ({ label }) => printable(label) },
  { head: "AUC", cell: ({ auc }) => number(auc, 4), right: true },
  { head: "its AUC", cell: ({ otherAuc }) => number(otherAuc, 4), right: true },
  { head: "difference", cell: ({ difference, differenceCi95: ci95 }) => (difference === null ? "-"
    : `${number(difference, 4)}${ci95 ? ` (${ci95.map((end) => number(end, 4)).join(" to ")})` : ""}`) },
  { head: "largest score difference", cell: ({ largestScoreDifference }) => number(largestScoreDifference, 4), right: true },
  { head: "decisions that flip", cell: flipped, right: true },
]);

/** What each limit means, once for each sentence. @param {readonly FindingFigures[]} findings */
const limitLines = (findings) => findings.flatMap(({ label, warnings }) =>
  warnings.map(({ message }) => paragraph(printable(message), `${printable(label)}: `)));

/** @param {Report["data"]} data */
function readLine({ measured, patients, refused, warned, reasons }) {
  const codes = Object.entries(reasons).map(([code, count]) => `${code} ${count}`).join(", ");
  return `${measured} films of ${patients} patients; ${refused} refused, ${warned} with a reason to doubt them${codes ? ` (${codes})` : ""}.`;
}

/** @param {Report} report */
export function evaluationText({ model, data, meanAuc, findings, against, problems, notes, notice }) {
  const points = findings.flatMap((figures) => figures.points.map((point) => ({ ...figures, point })));
  return `${[
    paragraph(printable(`${model.name} (${model.dtype}) on ${data.name}: ${readLine(data)}`)), "",
    findingTable(findings), "",
    ...(meanAuc ? [`Mean AUC over ${meanAuc.findings} findings: ${number(meanAuc.value, 3)}`, ""] : []),
    ...(points.length ? [pointTable(points), ""] : []),
    ...(against ? [paragraph(printable(`Against ${against.model.name} (${against.model.dtype}), on the same films:`)), againstTable(against.findings), ""] : []),
    ...limitLines(findings),
    ...notes.map((each) => paragraph(printable(each))),
    ...problemsInWords(problems).map(({ words, listed: { first, count } }) =>
      paragraph(printable(`${words}: ${first.slice(0, 3).join("; ")}${count > 3 ? "; ..." : ""}`))),
    "", paragraph(printable(notice)),
  ].join("\n")}\n`;
}
