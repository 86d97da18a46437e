/* make-site-card.js - makes the site card (site-card.js) of a report.
 * SPDX-License-Identifier: MIT */
import { beatsBaselines } from "./measure/measure-finding.js";
import { FORMAT, VERSION, digestOf } from "./site-card.js";

/** @typedef {import("./report/report.js").Report} Report */
/** @typedef {import("./site-card.js").CardFinding} CardFinding */
/** @typedef {import("./site-card.js").SiteCard} SiteCard */

const DIGITS = 9;

/** @template T @param {T} value @returns {T} its numbers with as many digits as the file keeps */
const rounded = (value) => JSON.parse(JSON.stringify(value, (_, each) => (typeof each === "number" ? Number(each.toPrecision(DIGITS)) : each)));

/** The finding's threshold is that of the last point: what a rule proposes, or else the model's own.
 * @param {import("./measure/measure-finding.js").FindingFigures} figures @returns {CardFinding | null} null without figures */
function cardFinding(figures) {
  const { auc, points, recalibration, n, positives, patients, warnings } = figures;
  if (!auc) return null;
  const point = points.at(-1);
  return {
    threshold: point?.threshold ?? null, rule: point?.name ?? null, chosen: point?.chosen ?? null,
    sensitivity: point?.sensitivity?.value ?? null, sensitivity_ci95: point?.sensitivity?.ci95 ?? null,
    specificity: point?.specificity?.value ?? null, specificity_ci95: point?.specificity?.ci95 ?? null,
    auc: auc.value, auc_ci95: auc.ci95, n, positives, patients,
    evidence: beatsBaselines(figures) ? "validated" : "weak",
    calibration: recalibration?.proposed ?? null,
    note: warnings.map(({ message }) => message).join(" "),
  };
}

/**
 * The site card of a report.
 * @param {Report} report
 * @returns {Promise<SiteCard>}
 */
export async function siteCardOf({ model, data, findings }) {
  const made = findings.flatMap((figures) => {
    const finding = cardFinding(figures);
    return finding ? [[figures.label, finding]] : [];
  });
  const card = rounded({
    format: FORMAT, version: VERSION, model: { name: model.name, sha256: model.sha256 },
    name: data.name, date: data.date, findings: Object.fromEntries(made),
  });
  return /** @type {SiteCard} */ ({ ...card, digest: await digestOf(card) });
}

