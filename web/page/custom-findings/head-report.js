/* head-report.js - the figures of a custom finding, the reasons why they may not support a claim, and its learning
 * curve.
 * SPDX-License-Identifier: MIT */
import { warningsOf } from "../../heads/head.js";
import { count, fraction } from "../base/format.js";
import { curveView } from "./learning-curve.js";
import { h, icon } from "../base/dom.js";
import { phrase } from "../base/phrases.js";
import { text } from "../base/strings.js";

const strings = text.training;

/** @param {string} term @param {string} value */
const fact = (term, value) => h("div", {}, h("dt", {}, term), h("dd", {}, value));

/** @param {import("../../heads/head-file.js").Evaluation} e */
const figuresOf = (e) => [
  fact(text.results.auc, `${fraction(e.auc)} (${text.results.interval(...intervalOf(e))})`),
  fact(strings.prototype, fraction(e.prototypeAuc)),
  fact(text.results.sensitivity, fraction(e.sensitivity)),
  fact(text.results.specificity, fraction(e.specificity)),
  fact(strings.measured, strings.folds(e.folds, e.repeats)),
];

/** @param {import("../../heads/head-file.js").Evaluation} e @returns {[string, string]} */
const intervalOf = ({ aucCi95: [low, high] }) => [fraction(low), fraction(high)];

/**
 * @param {import("../../heads/head-file.js").Head} head
 * @param {{ onSave: () => void, onForget: () => void }} actions
 */
export function headReport(head, { onSave, onForget }) {
  const { name, films, evaluation, curve } = head;
  return h("li", { class: "head" },
    h("header", {}, h("h3", {}, name),
      h("button", { type: "button", class: "quiet", "aria-label": strings.saveOne(name), onclick: onSave },
        strings.save),
      h("button", { type: "button", class: "quiet", "aria-label": strings.forgetOne(name),
        onclick: onForget }, strings.forget)),
    ...warningsOf(head).map((line) => h("p", { class: "warning" }, icon("warn"), phrase(line))),
    h("div", { class: "head-figures" },
      h("dl", { class: "facts" },
        fact(strings.films, strings.both(count(films.positive), count(films.negative))),
        ...(evaluation ? figuresOf(evaluation) : [])),
      curve.length > 0 && h("figure", {}, curveView(curve),
        h("figcaption", { class: "fine" }, strings.curveNote))));
}
