/* table-choice.js - the controls that say what the columns of a table of labels are, where their headings do not, and which finding a
 * name of the table means.
 * SPDX-License-Identifier: MIT */
import { fill, h } from "../base/dom.js";
import { words } from "../base/format.js";
import { text } from "../base/strings.js";
import { labeled, option } from "./measure-choice.js";

/** @typedef {import("./validation.js").Validation} Validation */
/** @typedef {import("../../evaluate/labels/labels.js").LabelOptions} LabelOptions */
/** @typedef {"file" | "patient" | "split"} Column */

const strings = text.validation;

const COLUMNS = /** @type {const} */ (["file", "patient", "split"]);
/* A table may have hundreds of columns: so many names are offered to be findings. */
const MOST_NAMES = 40;

export class TableChoice {
  #validation;
  /** What the controls were made for. @type {unknown[]} */ #made = [];
  #body = h("div", { class: "table-choice-body" });
  element = h("details", { class: "table-choice", hidden: true }, h("summary", {}, strings.table), this.#body);

  /** @param {Validation} validation */
  constructor(validation) {
    this.#validation = validation;
  }

  /** Brings the controls up to date. Where the table cannot be read without them, they are open. */
  update() {
    const { labels, table, matching, error } = this.#validation, heading = labels?.heading ?? [];
    this.element.hidden = heading.length < 2;
    if (this.element.hidden || matching) return;
    const made = [labels?.id, table, heading];
    if (made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    if (error && !table) this.element.open = true;
    const root = /** @type {ShadowRoot} */ (this.#body.getRootNode());
    const focused = this.#body.contains(root.activeElement) ? root.activeElement?.getAttribute("data-name") : null;
    fill(this.#body, h("div", { class: "rule-row" }, ...COLUMNS.map((column) => this.#columnChoice(column, heading))),
      this.#groupChoice(heading), this.#mapping(heading));
    if (focused) /** @type {HTMLElement | undefined} */ ([...this.#body.querySelectorAll("[data-name]")].find((each) => each.getAttribute("data-name") === focused))?.focus();
  }

  /** @param {LabelOptions} reading */
  #read(reading) {
    this.#validation.wish({ reading: { ...this.#validation.wishes.reading, ...reading } });
  }

  /** @param {Column} column @param {readonly string[]} heading */
  #columnChoice(column, heading) {
    const { table, wishes: { reading } } = this.#validation, found = reading[column] === undefined ? table?.columns[column] : "";
    const select = h("select", { "data-name": `column ${column}`, onchange: () => this.#read({ [column]: select.value || undefined }) },
      option("", found ? strings.byItself(found) : strings.byItselfNone), ...heading.map((name) => option(name, name)));
    select.value = reading[column] ?? "";
    return labeled(strings.columnNames[column], select);
  }

  /** @param {readonly string[]} heading */
  #groupChoice(heading) {
    const { table, wishes: { reading } } = this.#validation, columns = table?.columns;
    const chosen = reading.groups ?? columns?.groups ?? [];
    const taken = [columns?.file, columns?.patient, columns?.split, ...(columns?.findings ?? []).map(({ name }) => name)];
    const free = heading.filter((name) => name && !taken.includes(name)).slice(0, MOST_NAMES);
    if (!free.length) return null;
    const boxes = free.map((name) => ({ name, box: h("input", { type: "checkbox", "data-name": `group ${name}`, checked: chosen.includes(name) }) }));
    const changed = () => this.#read({ groups: boxes.filter(({ box }) => box.checked).map(({ name }) => name) });
    return h("fieldset", { onchange: changed }, h("legend", { class: "fine" }, strings.groupColumns),
      ...boxes.map(({ name, box }) => h("label", { class: "check" }, box, name)));
  }

  /** Which finding a name is that the model does not have. @param {readonly string[]} heading */
  #mapping(heading) {
    const { table, modelLabels, wishes: { reading } } = this.#validation, { map = {} } = reading, columns = table?.columns;
    const taken = [columns?.file, columns?.patient, columns?.split, ...columns?.groups ?? [], ...(columns?.findings ?? []).map(({ name }) => name)];
    const unknown = [...(table?.problems.unknownFindings.first ?? []), ...heading.filter((name) => name && !taken.includes(name))];
    const names = [...new Set([...Object.keys(map), ...unknown])].slice(0, MOST_NAMES);
    if (!names.length) return null;
    return h("fieldset", { class: "mapping" }, h("legend", { class: "fine" }, strings.mapping), ...names.map((name) => {
      const select = h("select", { "data-name": `map ${name}`, onchange: () => {
        const { [name]: _before, ...others } = this.#validation.wishes.reading.map ?? {};
        this.#read({ map: select.value ? { ...others, [name]: select.value } : others });
      } }, option("", strings.noFinding), ...modelLabels.map((label) => option(label, words(label))));
      select.value = map[name] ?? "";
      return h("label", { class: "check" }, `${name}: `, select);
    }));
  }
}
