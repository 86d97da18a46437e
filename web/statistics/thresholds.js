/* thresholds.js - chooses a threshold by a rule: Youden's index, a sensitivity or a specificity to hold, or a number.
 *
 * A score above its threshold counts (web/base/threshold.js). A threshold lies in the middle between two scores that
 * were seen, so that neither is at it.
 * SPDX-License-Identifier: MIT */
import { stepsOf } from "./curves.js";

const BELOW = 1e-6;

/** @typedef {{ kind: "youden" } | { kind: "sensitivity" | "specificity" | "threshold", value: number }} Rule
 * value: 0..1, to hold at least; of "threshold", the threshold itself */

/** A threshold and the shares it gives on the films it was chosen on.
 * @typedef {{ threshold: number, sensitivity: number, specificity: number }} Candidate */

/** Every threshold that classifies the films differently, from the highest. @param {ArrayLike<number>} scores [n]
 * @param {ArrayLike<number | boolean>} shows [n], both classes @returns {Candidate[]} */
function candidatesOf(scores, shows) {
  const steps = stepsOf(scores, shows);
  const { found: yes, alarms: no } = steps[steps.length - 1];
  const first = { threshold: steps[0].score, sensitivity: 0, specificity: 1 };
  /* Below the lowest score; nothing lies below a score of 0. */
  const lowest = Math.max(0, steps[steps.length - 1].score - BELOW);
  const all = [first, ...steps.map(({ score, found, alarms }, i) => ({
    threshold: i + 1 < steps.length ? (score + steps[i + 1].score) / 2 : lowest,
    sensitivity: found / yes,
    specificity: 1 - alarms / no,
  }))];
  return steps[steps.length - 1].score > lowest ? all : all.slice(0, -1);
}

/** The better of two by a value; the earlier, higher threshold if they are equal. @param {(candidate: Candidate) => number} value
 * @returns {(a: Candidate, b: Candidate) => Candidate} */
const best = (value) => (a, b) => (value(b) > value(a) + 1e-12 ? b : a);

/**
 * The threshold that a rule chooses on some films. "sensitivity" gives the highest threshold that holds it,
 * "specificity" the lowest.
 * @param {Rule} rule
 * @param {ArrayLike<number>} scores [n] 0..1
 * @param {ArrayLike<number | boolean>} shows [n], both classes
 * @returns {number | null} null where no threshold holds what the rule asks for
 */
export function chooseThreshold(rule, scores, shows) {
  if (rule.kind === "threshold") return rule.value;
  const all = candidatesOf(scores, shows);
  if (rule.kind === "youden") return all.reduce(best(({ sensitivity, specificity }) => sensitivity + specificity)).threshold;
  const holding = all.filter((candidate) => candidate[rule.kind] >= rule.value - 1e-12);
  return (rule.kind === "sensitivity" ? holding[0] : holding.at(-1))?.threshold ?? null;
}
