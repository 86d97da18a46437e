/* model-questions.js - what a person is asked about a model in files: which of several, instead of which, and what its
 * outputs stand for. None is a form: the sealed frame submits none.
 * SPDX-License-Identifier: MIT */
import { isLabel, sameLabel } from "../base/visible.js";
import { fill, h } from "./base/dom.js";
import { text } from "./base/first-strings.js";

/** @typedef {import("../session/given-models.js").GivenModel} GivenModel */
/** @typedef {import("../convert/card.js").Card} Card */

const strings = text.ownModel;
const labels = text.labels;
/* A folder may hold hundreds; the page shows so many. */
const MOST_CHOICES = 50;
const MOST_CARD_BYTES = 1 << 20;

/** One button a model. @param {GivenModel[]} models @param {(name: string) => string} label
 * @param {(model: GivenModel) => void} onOpen */
const choices = (models, label, onOpen) => h("ul", { class: "choices" }, ...models.slice(0, MOST_CHOICES).map((model, i) =>
  h("li", {}, h("button", { type: "button", class: i ? null : "primary", onclick: () => onOpen(model) },
    label(model.name)))));

/** @param {GivenModel[]} models @param {{ onOpen: (model: GivenModel) => void, onCancel: () => void }} actions */
export const whichModelView = (models, { onOpen, onCancel }) => h("section", { class: "sheet which-model" },
  h("h2", { tabindex: "-1" }, strings.whichHeading), h("p", { class: "lead" }, strings.which(models.length)),
  choices(models, strings.openOne, onOpen),
  h("p", { class: "actions" }, h("button", { type: "button", onclick: onCancel }, text.cancel)));

/** What stands in the dialog when a model is given while one is open. @param {GivenModel[]} models
 * @param {{ current: string, results: number }} state of the page
 * @param {(model: GivenModel) => void} onOpen */
export const insteadContent = (models, { current, results }, onOpen) => [
  h("p", {}, models.length > 1 ? strings.which(models.length) : strings.instead(models[0].name, current)),
  results > 0 && h("p", {}, strings.lost(results), " ", strings.saveFirst),
  h("p", { class: "fine" }, strings.notHanded),
  choices(models, strings.openInstead, onOpen),
];

/** @param {string} lines @returns {string[]} */
const labelsIn = (lines) => lines.split(/\r\n?|\n/).map((line) => line.trim()).filter(Boolean);

/** What is wrong with labels; "" if nothing but their number can be. @param {string[]} list */
function complaintOf(list) {
  for (const label of list) if (!isLabel(label)) return labels.bad(String(label).slice(0, 80));
  const twice = list.find((label, i) => list.findIndex((other) => sameLabel(other) === sameLabel(label)) < i);
  return twice === undefined ? "" : labels.twice(twice);
}

/** @param {HTMLElement} said @param {(card: Uint8Array) => void} onCard */
function cardChooser(said, onCard) {
  const input = h("input", { type: "file", hidden: true, accept: ".json,application/json", class: "card-file" });
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    try {
      onCard(new Uint8Array(await file.slice(0, MOST_CARD_BYTES + 1).arrayBuffer()));
    } catch (error) {
      fill(said, labels.unreadable(/** @type {Error} */ (error).message));
    }
  });
  return [h("button", { type: "button", onclick: () => input.click() }, labels.card), input];
}

/**
 * Asks for the labels of a head.
 * @param {{ classes: number, problem: string }} question problem: why the last answer would not do
 * @param {{ onCard: (card: Card | Uint8Array) => void, onCancel: () => void }} actions
 */
export function labelsView({ classes, problem }, { onCard, onCancel }) {
  const area = h("textarea", { rows: String(Math.min(Math.max(classes, 4), 16)), spellcheck: "false" });
  const scoring = h("select", {}, h("option", { value: "sigmoid" }, labels.sigmoid),
    h("option", { value: "softmax" }, labels.softmax));
  const said = h("p", { class: "fine counted", role: "status" });
  const use = h("button", { type: "button", class: "primary", onclick: () => onCard({
    labels: labelsIn(area.value), scoring: /** @type {"sigmoid" | "softmax"} */ (scoring.value),
  }) }, labels.use);
  const check = () => {
    const list = labelsIn(area.value);
    const complaint = complaintOf(list);
    use.disabled = complaint !== "" || list.length !== classes;
    fill(said, [labels.counted(list.length, classes), complaint].filter(Boolean).join(". "));
  };
  area.addEventListener("input", check);
  check();
  return h("section", { class: "sheet labels-question" },
    h("h2", { tabindex: "-1" }, labels.heading(classes)), h("p", { class: "lead" }, labels.why),
    problem !== "" && h("p", { class: "warning", role: "alert" }, problem),
    h("label", { class: "stacked" }, labels.list, area), said,
    h("label", { class: "stacked" }, labels.scoring, scoring),
    h("p", { class: "actions" }, use, ...cardChooser(said, onCard),
      h("button", { type: "button", onclick: onCancel }, text.cancel)));
}
