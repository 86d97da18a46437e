/* report-page.js - a report as one HTML file that needs nothing else: no script, no picture, no address.
 * SPDX-License-Identifier: MIT */
import { intervalBar, precisionRecallPlot, reliabilityPlot, rocPlot } from "./plots.js";
import { problemsInWords } from "./problem-words.js";
import { STYLE } from "./report-style.js";

/** @typedef {import("../statistics/proportion.js").Proportion} Proportion */
/** @typedef {import("./measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("./operating-points.js").OperatingPoint} OperatingPoint */
/** @typedef {import("./report.js").Report} Report */

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" };

/** Text for HTML; what cannot be seen or turns the text around it becomes "?". @param {string | number} text */
const safe = (text) => String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "?");

/** @param {number | null | undefined} value @param {number} [digits] */
const number = (value, digits = 2) => (value === null || value === undefined ? "&ndash;" : value.toFixed(digits));

/** @param {readonly [number, number] | null | undefined} ci95 @param {number} [digits] */
const interval = (ci95, digits = 2) => (ci95 ? ` <small>${ci95.map((end) => end.toFixed(digits)).join(" to ")}</small>` : "");

/** @param {{ value: number, ci95: readonly [number, number] | null } | null | undefined} figure @param {number} [digits] */
const figure = (figure, digits = 2) => (figure ? number(figure.value, digits) + interval(figure.ci95) : "&ndash;");

/** @param {Proportion | null} share */
const share = (share) => (share ? `${figure(share)} <small>(${share.hits} of ${share.of})</small>` : "&ndash;");

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows of HTML */
const table = (head, rows) => (rows.length ? `<div class="wide"><table><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join("")}</tr></thead><tbody>`
  + `${rows.map(([first, ...cells]) => `<tr><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table></div>` : "");

/** Where a finding's part of the page is. @param {number} i */
const idOf = (i) => `finding-${i + 1}`;

/** @param {FindingFigures} figures @param {string} name */
function baseline({ baselines }, name) {
  const found = baselines.find((each) => each.name === name);
  return found ? `${number(found.auc)}${interval(found.differenceCi95)}` : "&ndash;";
}

/** @param {readonly FindingFigures[]} findings */
const overview = (findings) => table(
  ["finding", "films", "positive", "patients (positive)", "AUC, 95 % interval", "", "thumbnail <small>(AUC minus it)</small>", "brightness <small>(AUC minus it)</small>", "ECE", "limits"],
  findings.map((each, i) => [`<a href="#${idOf(i)}">${safe(each.label)}</a>`, number(each.n, 0), number(each.positives, 0),
    `${each.patients} (${each.positivePatients})`, figure(each.auc, 3), each.auc ? intervalBar(each.auc.value, each.auc.ci95, each.baselines) : "",
    baseline(each, "thumbnail"), baseline(each, "brightness"), number(each.calibration?.ece, 3),
    each.warnings.map(({ code }) => `<code>${code}</code>`).join(" ")]));

/** @param {OperatingPoint} point */
const pointName = ({ name, chosen }) => safe(chosen === "given" ? name : `${name}, ${chosen}`);

/** @param {OperatingPoint} point */
function pointRow(point) {
  const { threshold, above, sensitivity, specificity, ppv, npv, atPrevalence: at, flips } = point;
  return [pointName(point), threshold.toPrecision(3), String(above), share(sensitivity), share(specificity), share(ppv), share(npv),
    at ? `${figure(at.ppv)} at ${at.prevalence}` : "&ndash;", at ? figure(at.npv) : "&ndash;",
    flips ? `${flips.toPositive} up, ${flips.toNegative} down` : "&ndash;"];
}

const POINT_HEAD = ["threshold", "a score above", "films above", "sensitivity", "specificity", "PPV here", "NPV here", "PPV at a prevalence", "NPV at it", "decisions that differ from the first"];

/** @param {readonly OperatingPoint[]} points @returns {import("./plots.js").Point[]} */
const onRoc = (points) => points.flatMap(({ sensitivity, specificity }) =>
  (sensitivity && specificity ? [/** @type {import("./plots.js").Point} */ ([1 - specificity.value, sensitivity.value])] : []));

/** @param {FindingFigures} figures */
function plots({ roc, precisionRecall, points, positives, n, calibration, recalibration, averagePrecision }) {
  const each = (/** @type {string} */ svg, /** @type {string} */ caption) => `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;
  const after = recalibration ? `; after ${recalibration.method}, on other patients (second curve): ECE ${number(recalibration.after.ece, 3)}, Brier ${number(recalibration.after.brier, 3)}` : "";
  return `<div class="plots">${each(rocPlot(roc, onRoc(points)), "ROC, with the thresholds")}`
    + each(precisionRecallPlot(precisionRecall, positives / n), `Precision and recall; average precision ${number(averagePrecision)}`)
    + each(reliabilityPlot(calibration?.bins ?? [], recalibration?.after.bins), `Calibration: ECE ${number(calibration?.ece, 3)}, Brier ${number(calibration?.brier, 3)}${after}`)
    + "</div>";
}

/** @param {FindingFigures} figures */
function groupTable({ groups, groupsAlone }) {
  const rows = groups.map(({ column, value, n, positives, auc, sensitivity, specificity }) =>
    [`${safe(column)} ${safe(value)}`, `${n} (${positives})`, figure(auc), share(sensitivity), share(specificity)]);
  const alone = groupsAlone.length ? `<p class="fine">AUC of knowing only the group: ${groupsAlone.map(({ column, auc }) => `${safe(column)} ${number(auc)}`).join(", ")}.</p>` : "";
  return rows.length ? `<h4>By group</h4>${table(["group", "films (positive)", "AUC", "sensitivity", "specificity"], rows)}${alone}` : alone;
}

/** @param {FindingFigures} figures */
const wrongTable = ({ mostWrong }) => `<h4>Most wrong</h4>${table(["film", "labeled", "score"],
  mostWrong.map(({ name, score, shows }) => [safe(name), shows ? "shows it" : "does not", number(score, 3)]))}`;

/** @param {FindingFigures} figures @param {number} i */
function section(figures, i) {
  const { label, auc, warnings, points, n, positives, patients } = figures;
  const limits = warnings.length ? `<ul class="limits">${warnings.map(({ code, message }) => `<li>${safe(message)} <code>${code}</code></li>`).join("")}</ul>` : "";
  const delong = auc?.delong95 ? `; DeLong${interval(auc.delong95, 3)}` : "";
  const content = auc ? `<p>AUC <b>${number(auc.value, 3)}</b>${interval(auc.ci95, 3)}${delong}.</p>${limits}${plots(figures)}`
    + `${points.length ? `<h4>Thresholds</h4>${table(POINT_HEAD, points.map(pointRow))}` : "<p>No threshold.</p>"}${groupTable(figures)}${wrongTable(figures)}` : limits;
  return `<section id="${idOf(i)}"><h3>${safe(label)}</h3><p class="fine">${n} films of ${patients} patients, ${positives} show it.</p>${content}</section>`;
}

/** @param {Report["against"]} against */
function comparison(against) {
  if (!against) return "";
  const rows = against.findings.map(({ label, n, auc, otherAuc, difference, differenceCi95, differenceDelong95, largestScoreDifference, flips }) => [
    safe(label), String(n), number(auc, 4), number(otherAuc, 4), number(difference, 4) + interval(differenceCi95, 4), interval(differenceDelong95, 4) || "&ndash;",
    number(largestScoreDifference, 4),
    flips ? `${flips.positives.toPositive + flips.negatives.toPositive} up, ${flips.positives.toNegative + flips.negatives.toNegative} down, of ${flips.among}` : "&ndash;",
  ]);
  return `<h2>Against ${safe(against.model.name)} (${safe(against.model.dtype)})</h2>`
    + table(["finding", "films", "AUC", "its AUC", "difference", "by DeLong", "largest score difference", "decisions that flip"], rows);
}

/** @param {Report} report */
function facts({ model, data, meanAuc }) {
  const reasons = Object.entries(data.reasons).map(([code, count]) => `${safe(code)} ${count}`).join(", ");
  const parts = [
    [data.measureOn && `measured on split ${data.measureOn}`], [data.chooseOn && `thresholds chosen on split ${data.chooseOn}`],
    [data.baselinesOn && `baselines learned on split ${data.baselinesOn}`], Object.entries(data.where).map(([column, value]) => `${column} is ${value}`),
  ].flat().filter(Boolean).map((part) => safe(String(part)));
  const rows = [
    ["films", `${data.measured} of ${data.patients} patients${data.patientsKnown ? "" : " (each film counts as another patient's)"}; ${data.refused} refused; `
      + `${data.warned} with a reason to doubt their findings${reasons ? `: ${reasons}` : ""}`],
    ...(parts.length ? [["which", parts.join("; ")]] : []),
    ["model", `${safe(model.name)}, ${safe(model.dtype)}, <code class="hash">${safe(model.sha256)}</code>`],
    ["program", `eva-x-web ${safe(model.version)}, kernels ${safe(model.variant)}`],
    ...(meanAuc ? [["mean AUC", `${number(meanAuc.value, 3)} over ${meanAuc.findings} findings`]] : []),
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("")}</dl>`;
}

const METHOD = "Intervals are 95 %: of AUCs and of differences by 2,000 bootstrap resamples of patients with all of their films, of shares Wilson's, "
  + "counting films of one patient as fewer. Thumbnail and brightness: AUCs of ridge regressions on 16 x 16 pixels and on twelve numbers of brightness, for patients they "
  + "have not learned from; behind them the interval of how much the model's AUC is above. What a number of films cannot support is left blank.";

/** @param {Report} report */
const problems = (report) => problemsInWords(report.problems).map(({ words, listed: { first, count } }) =>
  `<details><summary>${safe(words)}</summary><ul>${first.map((item) => `<li>${safe(item)}</li>`).join("")}${count > first.length ? `<li>and ${count - first.length} more</li>` : ""}</ul></details>`).join("");

/** The report as a page. @param {Report} report @returns {string} HTML */
export function reportPage(report) {
  const { data, findings, against, notes, notice, withoutTruth } = report;
  const title = `Validation on ${safe(data.name)}${data.date ? `, ${data.date}` : ""}`;
  const without = withoutTruth.length ? `<p class="fine">The table says nothing of: ${withoutTruth.map(safe).join(", ")}.</p>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1><p class="notice">${safe(notice)}</p>${facts(report)}
<h2>Findings</h2>${overview(findings)}<p class="fine">${METHOD}</p>${without}
${comparison(against)}${findings.map(section).join("\n")}
<h2>How films and labels were read</h2>${notes.map((each) => `<p class="fine">${safe(each)}</p>`).join("")}${problems(report)}
</body></html>
`;
}
