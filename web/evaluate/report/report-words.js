/* report-words.js - the words of a report, in English, as messages (web/base/message.js). The page has the same in other languages,
 * under the same names.
 * SPDX-License-Identifier: MIT */
import { fillMessage, gapsOf, parseMessage, rulesOf } from "../../base/message.js";
import { problemsInWords } from "./problem-words.js";

export const REPORT_WORDS = /** @type {const} */ ({
  title: "Validation on {films}",
  columns: {
    finding: "finding", films: "films", positive: "positive", patients: "patients (positive)", auc: "AUC, 95 % interval",
    thumbnail: "thumbnail (AUC minus it)", brightness: "brightness (AUC minus it)", ece: "ECE", limits: "limits",
  },
  findings: "Findings",
  auc: "AUC",
  interval: "{low} to {high}",
  hits: "({hits} of {of})",
  pointColumns: {
    threshold: "threshold", score: "a score above", above: "films above", sensitivity: "sensitivity", specificity: "specificity",
    ppv: "PPV here", npv: "NPV here", ppvAt: "PPV at a prevalence", npvAt: "NPV at it", flips: "decisions that differ from the first",
  },
  points: /** @type {Record<string, string>} */ ({
    model: "the model's", card: "the site card's", Youden: "Youden", sensitivity: "sensitivity", specificity: "specificity", threshold: "threshold",
  }),
  chosen: { "other split": "chosen on another split", "cross-validated": "cross-validated" },
  at: "{value} at {prevalence}",
  flips: "{up} up, {down} down",
  flipsOf: "{up} up, {down} down, of {n}",
  plots: {
    roc: "ROC curve", rocCaption: "ROC, with the thresholds", falseRate: "1 - specificity", sensitivity: "sensitivity",
    precisionRecall: "precision-recall curve", precisionRecallCaption: "Precision and recall; average precision {value}",
    recall: "recall (sensitivity)", precision: "precision (PPV)",
    reliability: "reliability curve", calibration: "Calibration: ECE {ece}, Brier {brier}", score: "score", share: "share that shows it",
    after: "after recalibration ({method}), on other patients (second curve): ECE {ece}, Brier {brier}",
    scale: "AUC {auc} on a scale from 0.3 to 1",
  },
  methods: { platt: "Platt", isotonic: "isotonic" },
  thresholds: "Thresholds",
  noThreshold: "No threshold.",
  deLong: "DeLong: {interval}.",
  shown: "{n, plural, one {# film} other {# films}} of {patients, plural, one {# patient} other {# patients}}; {positives} with the finding.",
  groups: "By group",
  groupColumns: { group: "group", films: "films (positive)" },
  groupAlone: "AUC of knowing only the group: {list}.",
  wrong: "Most wrong",
  wrongColumns: { film: "film", labeled: "labeled", score: "score" },
  shows: "shows it",
  showsNot: "does not show it",
  against: "Against {model}",
  againstColumns: {
    own: "AUC", other: "its AUC", difference: "difference", deLong: "by DeLong", largest: "largest score difference", flips: "decisions that flip",
  },
  facts: { films: "films", which: "which", model: "model", program: "program", meanAuc: "mean AUC" },
  counts: "{measured} of {patients, plural, one {# patient} other {# patients}}; {refused} refused; {warned} with a reason to doubt their findings",
  ownPatients: "(each film counts as another patient's)",
  measureOn: "measured on split {split}",
  chooseOn: "thresholds chosen on split {split}",
  baselinesOn: "baselines learned on split {split}",
  where: "{column} is {value}",
  kernels: "eva-x-web {version}, kernels {variant}",
  meanAuc: "{auc} over {n, plural, one {# finding} other {# findings}}",
  method: "Intervals are 95 %: of AUCs and of differences by 2,000 bootstrap resamples of patients with all of their films, of shares Wilson's, counting films of one patient as fewer. Thumbnail and brightness: AUCs of ridge regressions on 16 x 16 pixels and on twelve numbers of brightness, for patients they have not learned from; behind them the interval of how much the model's AUC is above. What a number of films cannot support is left blank.",
  without: "The table says nothing of: {labels}.",
  read: "How films and labels were read",
  more: "and {n} more",
});

/** @typedef {import("../../page/base/language.js").Texts<typeof REPORT_WORDS>} ReportWords */
/** How a report is worded.
 * @typedef {object} Wording
 * @property {string} language its code
 * @property {ReportWords} words
 * @property {(value: number, digits: number) => string} number
 * @property {(label: string) => string} finding the name of a label
 * @property {(figures: import("../measure/measure-finding.js").FindingFigures) => { code: string, message: string }[]} limits what the films do
 *   not support, or what speaks against a figure
 * @property {(problems: import("./report.js").Report["problems"]) => import("./problem-words.js").Problem[]} problems
 */

const rules = rulesOf("en");

/** @param {any} table of messages @returns {any} texts, and functions of a value for each gap */
function textsOf(table) {
  if (typeof table === "object") return Object.fromEntries(Object.entries(table).map(([name, one]) => [name, textsOf(one)]));
  if (!table.includes("{")) return table;
  const parts = parseMessage(table), gaps = gapsOf(parts);
  return (/** @type {(string | number)[]} */ ...values) => fillMessage(parts, Object.fromEntries(gaps.map((name, i) => [name, values[i]])), rules);
}

/** @type {Wording} */
export const ENGLISH_WORDING = {
  language: "en",
  words: textsOf(REPORT_WORDS),
  number: (value, digits) => value.toFixed(digits),
  finding: (label) => label,
  limits: ({ warnings }) => warnings,
  problems: problemsInWords,
};
