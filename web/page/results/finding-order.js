/* finding-order.js - sorts the findings of the table. None is ever hidden.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** "verdict": above threshold first, then below, then those without one. Of those above, the better the evidence and the
 * farther from the threshold the earlier; of those below, the nearer to it the earlier; others in model order.
 * @typedef {"verdict" | "label" | "score" | "threshold" | "logit"} Key */
/** @typedef {{ by: Key, descending: boolean }} Order */

/** The order until the person chooses one: by score where no finding has a threshold. @param {Finding[]} findings
 * @returns {Order} */
export const firstOrder = (findings) => ({ by: hasThresholds(findings) ? "verdict" : "score", descending: true });

/** @param {Finding[]} findings */
export const hasThresholds = (findings) => findings.some(({ threshold }) => threshold !== null);

const VERDICT = new Map([[true, 2], [false, 1], [null, 0]]);

/** @type {Record<Key, (finding: Finding) => number | string | null>} */
const KEYS = {
  verdict: ({ above }) => VERDICT.get(above) ?? 0,
  label: ({ label }) => label,
  score: ({ score }) => score,
  logit: ({ logit }) => logit,
  threshold: ({ threshold }) => threshold,
};

const EVIDENCE = { validated: 3, weak: 2, none: 1 };

/** Of a score. @param {number} p */
const logOdds = (p) => Math.log(Math.max(p, 1e-9) / Math.max(1 - p, 1e-9));

/** How far a score is above its threshold, in log-odds: scores near 0 or 1 count as they should. @param {Finding} finding */
const marginOf = ({ score, threshold }) => (threshold === null ? 0 : logOdds(score) - logOdds(threshold));

/** How much a finding above its threshold says. @param {Finding} a @param {Finding} b */
function byWeight(a, b) {
  const evidence = a.above ? EVIDENCE[b.evidence ?? "none"] - EVIDENCE[a.evidence ?? "none"] : 0;
  return evidence || marginOf(b) - marginOf(a);
}

/** @param {number | string} a @param {number | string} b */
const compare = (a, b) => (typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b));

/**
 * The findings in another order; equal ones keep the model's order. Those without the value come last.
 * @param {Finding[]} findings in model order
 * @param {Order} order
 * @returns {Finding[]}
 */
export function inOrder(findings, { by, descending }) {
  return [...findings].sort((a, b) => {
    const [x, y] = [KEYS[by](a), KEYS[by](b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const first = descending ? compare(y, x) : compare(x, y);
    return first || (by === "verdict" ? byWeight(a, b) : 0);
  });
}

/**
 * The order after a click on a column: reversed if it was sorted by it already, else names from A
 * and numbers from the largest.
 * @param {Order} order
 * @param {Key} by
 * @returns {Order}
 */
export const nextOrder = (order, by) =>
  (order.by === by ? { by, descending: !order.descending } : { by, descending: by !== "label" });
