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

/**
 * Which findings are above their threshold, and how many are not or have none.
 * @param {Finding[]} findings
 * @returns {string}
 */
export function summaryOf(findings) {
  if (findings.length === 0) return text.results.noFindings;
  const above = findings.filter((finding) => finding.above);
  const below = findings.filter((finding) => finding.above === false).length;
  const none = findings.length - above.length - below;
  if (none === findings.length) return text.summary.scored(none);
  const head = text.summary.above(above.length, findings.length);
  const list = above.length ? `${head}: ${above.map(item).join("; ")}.` : `${head}.`;
  const rest = [below && text.summary.below(below), none && text.summary.none(none)].filter(Boolean);
  return rest.length ? `${list} ${rest.join(", ")}.` : list;
}
