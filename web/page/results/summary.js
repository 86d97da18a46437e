/* summary.js - the findings of a film in a sentence or two, for screen readers and for the list of films.
 * SPDX-License-Identifier: MIT */
import { against, words } from "../base/format.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */

/** @param {Finding} finding */
function item({ label, score, threshold, evidence }) {
  const sentence = text.summary.item(words(label), ...against(score, threshold));
  return evidence === "validated" ? sentence : `${sentence}, ${text.summary.weak}`;
}

/** How many are above their threshold, below it, or have none. @param {Finding[]} findings */
const counted = (findings) => {
  const above = findings.filter((finding) => finding.above).length;
  const below = findings.filter((finding) => finding.above === false).length;
  return { above, below, none: findings.length - above - below };
};

/** @param {{ below: number, none: number }} counts */
const restOf = ({ below, none }) =>
  [below > 0 && text.summary.below(below), none > 0 && text.summary.none(none)].filter(Boolean).join(", ");

/** The counts alone, where the findings stand below. @param {Finding[]} findings */
export function briefOf(findings) {
  const counts = counted(findings);
  if (findings.length === 0) return text.results.noFindings;
  if (counts.none === findings.length) return text.summary.scored(counts.none);
  return [text.summary.above(counts.above, findings.length), restOf(counts)].filter(Boolean).join(". ") + ".";
}

/**
 * Which findings are above their threshold, and how many are not or have none.
 * @param {Finding[]} findings
 * @returns {string}
 */
export function summaryOf(findings) {
  const { above, below, none } = counted(findings);
  if (above === 0) return briefOf(findings);
  const list = findings.filter((finding) => finding.above).map(item).join("; ");
  const rest = restOf({ below, none });
  return `${text.summary.above(above, findings.length)}: ${list}.${rest && ` ${rest}.`}`;
}
