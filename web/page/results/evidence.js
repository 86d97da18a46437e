/* evidence.js - the panel about one finding: its score against its threshold, and what was measured of it.
 * SPDX-License-Identifier: MIT */
import { against, fraction, logit, words } from "../base/format.js";
import { h, icon } from "../base/dom.js";
import { filmsOfCard } from "../site-card/card-view.js";
import { phrase, sentences } from "../base/phrases.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */

const strings = text.results;

/** How strong the evidence for a finding is. @param {Finding} finding */
export const strengthOf = ({ evidence }) => evidence ?? "unknown";

/** Its strength as a shape and a word. @param {Finding} finding */
export const strengthView = (finding) => h("span", { class: `strength ${strengthOf(finding)}` },
  h("span", { class: "dots", "aria-hidden": "true" }), h("span", {}, strings.evidences[strengthOf(finding)]));

/** @param {string} term @param {...import("../base/dom.js").Child} value */
const fact = (term, ...value) => h("div", {}, h("dt", {}, term), h("dd", {}, ...value));

/** @param {Finding} finding */
function filmsOf({ n, positives }) {
  if (n === null) return "";
  return positives === null ? strings.films(n) : strings.filmsPositive(n, positives);
}

/** @param {Finding} finding @param {import("../../evaluate/site-card.js").SiteCard | null} card whose facts these are */
function factsOf(finding, card) {
  const { sensitivity, specificity, auc, aucCi95, calibrated } = finding;
  const dataset = card ? text.siteCard.films(filmsOfCard(card)) : finding.dataset;
  const [score, threshold] = against(finding.score, finding.threshold);
  const interval = aucCi95 && strings.interval(fraction(aucCi95[0]), fraction(aucCi95[1]));
  return h("dl", { class: "facts" },
    fact(strings.score, score), fact(strings.threshold, finding.threshold === null ? strings.noThreshold : threshold),
    calibrated !== undefined && fact(text.siteCard.calibrated, fraction(calibrated)),
    fact(strings.logit, logit(finding.logit)),
    fact(strings.evidence, strengthView(finding)),
    sensitivity !== null && fact(strings.sensitivity, fraction(sensitivity)),
    specificity !== null && fact(strings.specificity, fraction(specificity)),
    auc !== null && fact(strings.auc, interval ? `${fraction(auc)} (${interval})` : fraction(auc)),
    (dataset !== null || finding.n !== null) && fact(strings.dataset, [dataset && phrase(dataset), filmsOf(finding)].filter(Boolean).join(": ")));
}

/** @param {Finding} finding @param {{ custom: boolean, card: import("../../evaluate/site-card.js").SiteCard | null }} about card: whose facts
 * these are, if not the model's @param {() => void} onClose */
export function evidenceView(finding, { custom, card }, onClose) {
  const name = custom ? finding.label : words(finding.label);
  return h("section", { class: "evidence", "aria-label": strings.evidenceOf(name) },
    h("header", {}, h("button", { type: "button", class: "quiet to-list", "aria-label": strings.allFindings, title: strings.allFindings, onclick: onClose },
      icon("previous")), h("h2", {}, name)),
    factsOf(finding, card), finding.calibrated !== undefined && h("p", { class: "fine" }, text.siteCard.calibratedNote),
    finding.note && h("p", { class: "fine" }, custom ? sentences(finding.note) : finding.note));
}
