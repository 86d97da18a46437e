/* film-filter.js - the controls that choose which films a table shows.
 * SPDX-License-Identifier: MIT */
import { fill, h } from "../base/dom.js";
import { words } from "../base/format.js";
import { text } from "../base/strings.js";
import { ALL } from "./film-order.js";

const strings = text.table;

/** @typedef {import("./film-order.js").Filter} Filter */

/** @param {string} label @param {HTMLElement} control */
const named = (label, control) => h("label", {}, h("span", { class: "fine" }, label), control);

/** @param {[value: string, label: string][]} options */
const choice = (options) => h("select", {}, ...options.map(([value, label]) => h("option", { value }, label)));

/** A score that was typed; null for none. @param {string} value */
const scoreIn = (value) => (value === "" || !Number.isFinite(Number(value)) ? null : Number(value));

export class FilmFilter {
  #name = h("input", { type: "search" });
  #label = h("select", {});
  #side = choice([["", strings.anySide], ["above", strings.above], ["below", strings.below]]);
  #least = h("input", { type: "number", min: 0, max: 1, step: 0.01 });
  #warnings = choice([["", strings.allFilms], ["with", strings.withWarnings], ["without", strings.withoutWarnings]]);
  #reset;
  /** @type {string[]} */ #labels = [];
  element;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#reset = h("button", { type: "button", class: "quiet", onclick: () => {
      this.clear();
      onChange();
    } }, strings.reset);
    this.element = h("form", { class: "film-filter", role: "search", "aria-label": strings.filter },
      named(strings.name, this.#name), named(strings.finding, this.#label), named(strings.side, this.#side),
      named(strings.least, this.#least), named(strings.warnings, this.#warnings), this.#reset);
    this.element.addEventListener("input", onChange);
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.setLabels([]);
  }

  /** @param {string[]} labels of the findings there are */
  setLabels(labels) {
    if (this.#labels.length === labels.length && labels.length && labels.every((label, i) => label === this.#labels[i])) return;
    const chosen = this.#label.value;
    this.#labels = labels;
    fill(this.#label, h("option", { value: "" }, strings.anyFinding),
      ...labels.map((label) => h("option", { value: label }, words(label))));
    this.#label.value = labels.includes(chosen) ? chosen : "";
  }

  /** All films again. */
  clear() {
    for (const control of [this.#name, this.#label, this.#side, this.#least, this.#warnings]) control.value = "";
  }

  /** @returns {Filter} */
  get value() {
    return { ...ALL, name: this.#name.value, label: this.#label.value, side: /** @type {Filter["side"]} */ (this.#side.value),
      least: scoreIn(this.#least.value), warnings: /** @type {Filter["warnings"]} */ (this.#warnings.value) };
  }
}
