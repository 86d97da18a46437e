/* measure-options.js - what a person asks of a validation, checked: rules for thresholds, prevalences.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { isFraction } from "../../base/members.js";
import { didYouMean } from "../../base/suggest.js";

/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */

const KINDS = ["youden", "sensitivity", "specificity", "threshold"];
const ALL = "*";

/** @param {string} detail @returns {never} */
function refuse(detail) {
  throw new EvaxError("OPTION_INVALID", detail);
}

/** @param {any} rule @param {string} label */
function checkRule(rule, label) {
  if (!KINDS.includes(rule?.kind)) refuse(`the rule of ${label} must be ${KINDS.join(", ")}`);
  if (rule.kind !== "youden" && !isFraction(rule.value)) refuse(`the rule of ${label} needs a number in 0..1`);
}

/** @param {Readonly<Record<string, unknown>> | undefined} entries @param {readonly string[]} labels @param {(value: any, label: string) => void} check */
function checkEach(entries, labels, check) {
  for (const [label, value] of Object.entries(entries ?? {})) {
    if (label !== ALL && !labels.includes(label)) refuse(`the model has no label ${label}${didYouMean(label, labels)}`);
    check(value, label);
  }
}

/** Throws OPTION_INVALID. @param {import("../report/report.js").MeasureOptions} options @param {readonly string[]} labels of the model */
export function checkMeasureOptions({ rules, prevalence, recalibrate }, labels) {
  checkEach(rules, labels, checkRule);
  checkEach(prevalence, labels, (value, label) => {
    if (!isFraction(value) || value === 0 || value === 1) refuse(`the prevalence of ${label} must be a number between 0 and 1`);
  });
  if (recalibrate !== undefined && recalibrate !== "platt" && recalibrate !== "isotonic") refuse("recalibrate must be platt or isotonic");
}

/** A label's part of a text, "*" if it names none: "Effusion:youden". A label may have a colon: the last one counts.
 * @param {string} text @returns {[label: string, rest: string]} */
function splitLabel(text) {
  const at = text.lastIndexOf(":");
  return at < 0 ? [ALL, text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A number in 0..1, of a text; NaN for anything else. @param {string | undefined} text */
const fractionOf = (text) => (text !== undefined && /^(?:0?\.\d+|[01](?:\.\d*)?)$/.test(text) ? Number(text) : Number.NaN);

/** Rules by label, from texts as "youden", "sensitivity=0.9", "Effusion:threshold=0.3". @param {readonly string[]} texts
 * @returns {Record<string, Rule>} throws OPTION_INVALID */
export const rulesOf = (texts) => Object.fromEntries(texts.map((text) => {
  const [label, rest] = splitLabel(text);
  const [kind, number, ...more] = rest.toLowerCase().split("=");
  const rule = kind === "youden" && number === undefined ? { kind } : { kind, value: fractionOf(number) };
  if (more.length) refuse(`${text} is no rule`);
  checkRule(rule, text);
  return [label, /** @type {Rule} */ (rule)];
}));

/** Prevalences by label, from texts as "0.05" or "Effusion:0.1". @param {readonly string[]} texts @returns {Record<string, number>} */
export const prevalencesOf = (texts) => Object.fromEntries(texts.map((text) => {
  const [label, rest] = splitLabel(text);
  if (!(fractionOf(rest) > 0 && fractionOf(rest) < 1)) refuse(`the prevalence ${text} must be a number between 0 and 1`);
  return [label, fractionOf(rest)];
}));
