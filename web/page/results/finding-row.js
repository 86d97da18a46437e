/* finding-row.js - one finding in the table: above or below (as a word and a shape), score against threshold, strength of
 * the evidence. Its name is a button that opens the evidence and the attention map.
 * SPDX-License-Identifier: MIT */
import { against, logit, words } from "../base/format.js";
import { h, icon } from "../base/dom.js";
import { strengthOf, strengthView } from "./evidence.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */

const strings = text.results;

/** @param {Finding} finding */
const verdictOf = ({ above }) => {
  if (above === null) return h("span", { class: "verdict" }, icon("none"), h("span", {}, strings.noThreshold));
  return above
    ? h("span", { class: "verdict is-above" }, icon("above"), h("span", {}, strings.above))
    : h("span", { class: "verdict" }, icon("below"), h("span", {}, strings.below));
};

/** The score on a line from 0 to 1, with a tick at the threshold. @param {Finding} finding */
function barOf({ score, threshold, above }) {
  const bar = h("span", { class: above ? "bar is-above" : "bar", "aria-hidden": "true" });
  bar.style.setProperty("--score", String(score));
  if (threshold !== null) {
    const tick = h("span", { class: "tick" });
    tick.style.setProperty("--threshold", String(threshold));
    bar.append(tick);
  }
  return bar;
}

/** @param {Finding} finding @param {{ custom: string, measured: string, chosen: boolean }} about custom: what is said of one that the
 * person has trained; "" for those of the model; measured: on which films, where a site card says it
 * @param {() => void} onChoose */
export function rowOf(finding, { custom, measured, chosen }, onChoose) {
  const cell = (/** @type {string} */ name, /** @type {string} */ label,
    /** @type {import("../base/dom.js").Child[]} */ ...inside) =>
    h("td", { role: "cell", class: name, "data-label": label }, ...inside);
  const [score, threshold] = against(finding.score, finding.threshold);
  const kind = [finding.above && "is-above", strengthOf(finding), measured && "by-card", chosen && "is-chosen"].filter(Boolean).join(" ");
  return h("tr", { role: "row", class: kind, "data-label": finding.label },
    h("th", { scope: "row", role: "rowheader" },
      h("button", { type: "button", class: "finding", "aria-pressed": String(chosen), onclick: onChoose }, custom ? finding.label : words(finding.label)),
      custom !== "" && h("span", { class: "custom" }, custom)),
    cell("score", strings.score, h("span", { class: "number" }, score), barOf(finding)),
    cell("logit", strings.logit, logit(finding.logit)),
    cell("threshold", strings.threshold, threshold),
    cell("against", strings.verdict, verdictOf(finding)),
    cell("why", strings.evidence, strengthView(finding), measured !== "" && h("span", { class: "measured-on" }, measured)));
}
