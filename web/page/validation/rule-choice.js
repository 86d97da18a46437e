/* rule-choice.js - the controls that choose how a validation finds thresholds.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */

const strings = text.validation;

const KINDS = /** @type {const} */ (["own", "youden", "sensitivity", "specificity", "threshold"]);
const FIRST_VALUE = 0.9;

export class RuleChoice {
  #kind = h("select", {}, ...KINDS.map((kind) => h("option", { value: kind }, strings.rules[kind])));
  #value = h("input", { type: "number", min: 0, max: 1, step: "any", required: true, value: FIRST_VALUE });
  #valuePlace = h("label", {}, h("span", { class: "fine" }, strings.value), this.#value);
  element;

  /** @param {Rule | null} rule that is chosen @param {(rule: Rule | null) => void} onChoose null: the model's own thresholds */
  constructor(rule, onChoose) {
    this.#kind.value = rule?.kind ?? "own";
    if (rule && rule.kind !== "youden") this.#value.value = String(rule.value);
    this.element = h("form", { class: "rule-choice" },
      h("label", {}, h("span", { class: "fine" }, strings.rule), this.#kind), this.#valuePlace);
    this.element.addEventListener("change", () => {
      this.#showValue();
      if (this.#isPlain || this.#value.reportValidity()) onChoose(this.#chosen);
    });
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.#showValue();
  }

  /** Whether the rule has no number. */
  get #isPlain() {
    return this.#kind.value === "own" || this.#kind.value === "youden";
  }

  /** @returns {Rule | null} */
  get #chosen() {
    const kind = this.#kind.value;
    if (kind === "own") return null;
    if (kind === "youden") return { kind };
    return { kind: /** @type {"sensitivity" | "specificity" | "threshold"} */ (kind), value: this.#value.valueAsNumber };
  }

  #showValue() {
    this.#valuePlace.hidden = this.#isPlain;
  }
}
