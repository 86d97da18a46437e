/* measure-choice.js - the controls that choose what a validation measures: rules for thresholds and prevalences, for all findings or for
 * one; recalibration; which films; what it is compared with; and how the films are called in report and site card.
 * SPDX-License-Identifier: MIT */
import { h, fill, icon } from "../base/dom.js";
import { words } from "../base/format.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */
/** @typedef {import("./validation.js").Validation} Validation */
/** @typedef {import("./validation.js").Wishes} Wishes */

const strings = text.validation;

const ALL = "*";
const KINDS = /** @type {const} */ (["own", "youden", "sensitivity", "specificity", "threshold"]);
const FIRST_VALUE = 0.9;
/* Of the films' name. */
const MOST_LETTERS = 100;
/* A column of groups may be a date: so many values are offered. */
const MOST_VALUES = 100;

/** @param {string} name @param {...import("../base/dom.js").Child} inside */
export const labeled = (name, ...inside) => h("label", {}, h("span", { class: "fine" }, name), ...inside);

/** @param {string} value @param {string} label */
export const option = (value, label) => h("option", { value }, label);

/** The rule and the prevalence of all findings, or of one. */
class RuleRow {
  #isForAll;
  #finding;
  #kind;
  #value = h("input", { type: "number", min: 0, max: 1, step: "any", required: true, value: FIRST_VALUE });
  #valuePlace = labeled(strings.value, this.#value);
  #prevalence = h("input", { type: "number", min: 0.0001, max: 0.9999, step: "any" });
  element;

  /** @param {string} label "*" for all @param {readonly string[]} labels of the model @param {Rule | null} rule
   * @param {number | null} prevalence @param {() => void} onRemove */
  constructor(label, labels, rule, prevalence, onRemove) {
    this.#isForAll = label === ALL;
    this.#finding = h("select", {}, ...labels.map((each) => option(each, words(each))));
    if (!this.#isForAll) this.#finding.value = label;
    this.#kind = h("select", { class: "rule-kind" }, ...KINDS.map((kind) =>
      option(kind, kind === "own" && !this.#isForAll ? strings.asForAll : strings.rules[kind])));
    this.#kind.value = rule?.kind ?? "own";
    if (rule && rule.kind !== "youden") this.#value.value = String(rule.value);
    if (prevalence !== null) this.#prevalence.value = String(prevalence);
    this.element = h("div", { class: "rule-row", role: "group", "aria-label": this.#isForAll ? strings.allFindings : strings.oneFinding },
      this.#isForAll ? null : labeled(text.results.finding, this.#finding), labeled(strings.rule, this.#kind), this.#valuePlace,
      labeled(strings.prevalence, this.#prevalence),
      !this.#isForAll && h("button", { type: "button", class: "quiet", "aria-label": strings.removeRule, title: strings.removeRule, onclick: onRemove }, icon("close")));
    this.showValue();
  }

  get label() {
    return this.#isForAll ? ALL : this.#finding.value;
  }

  /** Whether the rule has no number. */
  get #isPlain() {
    return this.#kind.value === "own" || this.#kind.value === "youden";
  }

  /** Whether its numbers can be used; says where not. */
  isValid() {
    return (this.#isPlain || this.#value.reportValidity()) && this.#prevalence.reportValidity();
  }

  /** null: none of its own. @returns {Rule | null} */
  get rule() {
    const kind = this.#kind.value;
    if (kind === "own") return null;
    if (kind === "youden") return { kind };
    return { kind: /** @type {"sensitivity" | "specificity" | "threshold"} */ (kind), value: this.#value.valueAsNumber };
  }

  /** @returns {number | null} */
  get prevalence() {
    return this.#prevalence.value === "" ? null : this.#prevalence.valueAsNumber;
  }

  showValue() {
    this.#valuePlace.hidden = this.#isPlain;
  }

  focus() {
    this.#finding.focus();
  }
}

/** Puts other options into a select; one that is open on the screen is left alone where they are the same.
 * @param {HTMLSelectElement} select @param {[value: string, label: string][]} options @param {string} value that is chosen */
function offer(select, options, value) {
  const same = [...select.options].map((each) => [each.value, each.text]).join("\n") === options.join("\n");
  if (!same) fill(select, ...options.map(([each, label]) => option(each, label)));
  select.value = value;
}

/** Entries that there are. @template T @param {[string, T | null][]} entries @returns {Record<string, T> | undefined} */
function tableOf(entries) {
  const some = entries.filter(([, value]) => value !== null);
  return some.length ? /** @type {Record<string, T>} */ (Object.fromEntries(some)) : undefined;
}

export class MeasureChoice {
  #validation;
  /** @type {RuleRow[]} */ #rows = [];
  #rowsPlace = h("div", { class: "rule-rows" });
  #add = h("button", { type: "button", class: "quiet add-rule" }, strings.addRule);
  #recalibrate = h("select", { class: "recalibrate" }, option("", strings.recalibrations.none), option("platt", strings.recalibrations.platt),
    option("isotonic", strings.recalibrations.isotonic));
  #measureOn = h("select", { class: "measure-on" });
  #chooseOn = h("select", { class: "choose-on" });
  #baselinesOn = h("select", { class: "baselines-on" });
  #splits = h("div", { class: "rule-row", hidden: true }, labeled(strings.measureOn, this.#measureOn), labeled(strings.chooseOn, this.#chooseOn),
    labeled(strings.baselinesOn, this.#baselinesOn));
  #column = h("select", { class: "where-column" });
  #value = h("select", { class: "where-value" });
  #valuePlace = labeled(strings.whereValue, this.#value);
  #where = h("div", { class: "rule-row", hidden: true }, labeled(strings.where, this.#column), this.#valuePlace);
  #name = h("input", { type: "text", class: "films-name", maxlength: MOST_LETTERS });
  #against = h("select", { class: "compare-with" });
  element;

  /** @param {Validation} validation */
  constructor(validation) {
    this.#validation = validation;
    const { measuring } = validation.wishes;
    const named = [...Object.keys(measuring.rules ?? {}), ...Object.keys(measuring.prevalence ?? {})];
    for (const label of new Set([ALL, ...named])) this.#makeRow(label);
    this.#recalibrate.value = measuring.recalibrate ?? "";
    this.#add.addEventListener("click", () => this.#addRow());
    this.element = h("div", { class: "measure-choice" }, this.#rowsPlace, h("p", { class: "actions" }, this.#add),
      h("div", { class: "rule-row" }, labeled(strings.recalibrate, this.#recalibrate), labeled(strings.against, this.#against),
        labeled(strings.name, this.#name)),
      this.#splits, this.#where);
    this.#column.addEventListener("change", () => this.#offerValues(""));
    this.element.addEventListener("change", () => this.#changed());
  }

  /** Brings splits, groups and models to compare with up to date. */
  update() {
    const { name, table, others, wishes: { against, measuring } } = this.#validation, splits = table?.splits ?? [];
    this.#splits.hidden = splits.length < 2;
    const each = splits.map((split) => /** @type {[string, string]} */ ([split, split]));
    this.#name.placeholder = name;
    if (!this.#name.matches(":focus")) this.#name.value = measuring.name ?? "";
    offer(this.#measureOn, [["", strings.allSplits], ...each], measuring.measureOn ?? "");
    offer(this.#chooseOn, [["", strings.crossValidation], ...each], measuring.chooseOn ?? "");
    offer(this.#baselinesOn, [["", strings.crossValidation], ...each], measuring.baselinesOn ?? "");
    const groups = table?.columns.groups ?? [], [[column, value] = ["", ""]] = Object.entries(measuring.where ?? {});
    this.#where.hidden = groups.length === 0;
    offer(this.#column, [["", strings.allSplits], ...groups.map((group) => /** @type {[string, string]} */ ([group, group]))], column);
    this.#offerValues(value);
    offer(this.#against, [["", strings.againstNothing], ...others.map(({ id, name }) => /** @type {[string, string]} */ ([id, name || strings.uncarded]))],
      others.some(({ id }) => id === against) ? against : "");
    this.#against.disabled = others.length === 0;
  }

  /** The values of the column that is chosen. @param {string} chosen "": the first */
  #offerValues(chosen) {
    const column = this.#column.value, films = column ? this.#validation.table?.films ?? [] : [];
    const values = [...new Set(films.flatMap((truth) => truth?.groups[column] || []))].sort().slice(0, MOST_VALUES);
    this.#valuePlace.hidden = !column;
    offer(this.#value, values.map((value) => [value, value]), chosen || (values[0] ?? ""));
  }

  /** @param {string} label */
  #makeRow(label) {
    const { measuring: { rules = {}, prevalence = {} } } = this.#validation.wishes;
    const row = new RuleRow(label, this.#validation.modelLabels, rules[label] ?? null, prevalence[label] ?? null, () => {
      this.#rows = this.#rows.filter((each) => each !== row);
      row.element.remove();
      this.#add.focus();
      this.#changed();
    });
    this.#rows.push(row);
    this.#rowsPlace.append(row.element);
    return row;
  }

  /** For the first finding that has no row. */
  #addRow() {
    const { modelLabels, report } = this.#validation, there = this.#rows.map(({ label }) => label);
    const labels = report?.findings.map(({ label }) => label) ?? modelLabels;
    this.#makeRow(labels.find((label) => !there.includes(label)) ?? modelLabels[0]).focus();
  }

  #changed() {
    for (const row of this.#rows) row.showValue();
    if (!this.#rows.every((row) => row.isValid())) return;
    const [measureOn, chooseOn, baselinesOn, recalibrate, name] = [this.#measureOn, this.#chooseOn, this.#baselinesOn, this.#recalibrate, this.#name]
      .map(({ value }) => value.trim() || undefined);
    const where = this.#column.value && this.#value.value ? { [this.#column.value]: this.#value.value } : undefined;
    this.#validation.wish({ against: this.#against.value, measuring: {
      rules: tableOf(this.#rows.map(({ label, rule }) => [label, rule])),
      prevalence: tableOf(this.#rows.map(({ label, prevalence }) => [label, prevalence])),
      recalibrate: /** @type {Wishes["measuring"]["recalibrate"]} */ (recalibrate), measureOn, chooseOn, baselinesOn, where, name,
    } });
  }
}
