/* tabs.js - parts of a panel of which one is shown, by the pattern for tabs of the ARIA Authoring Practices: arrow keys,
 * Home and End move along the row, and what has the focus is shown.
 * SPDX-License-Identifier: MIT */
import { h } from "./dom.js";

/** @typedef {{ id: string, label: string, element: HTMLElement }} Part */

export class Tabs {
  /** @type {Map<string, { tab: HTMLButtonElement, panel: HTMLElement }>} */ #parts = new Map();
  #chosen = "";
  list;
  panels;

  /** @param {string} label @param {Part[]} parts the first is shown */
  constructor(label, parts) {
    this.list = h("div", { role: "tablist", class: "tabs", "aria-label": label });
    this.panels = h("div", { class: "tab-panels" });
    for (const part of parts) this.#add(part);
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    this.show(parts[0].id);
  }

  /** @param {Part} part */
  #add({ id, label, element }) {
    const tab = h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`,
      onclick: () => this.show(id) }, label);
    const panel = h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, class: "tab-panel" }, element);
    this.#parts.set(id, { tab, panel });
    this.list.append(tab);
    this.panels.append(panel);
  }

  /** Which part is shown. */
  get chosen() {
    return this.#chosen;
  }

  /** @param {string} id of a part */
  show(id) {
    this.#chosen = id;
    for (const [each, { tab, panel }] of this.#parts) {
      const on = each === id;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      panel.hidden = !on;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const ids = [...this.#parts.keys()];
    const at = ids.indexOf(this.#chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(ids[(to + ids.length) % ids.length]);
    this.focus();
  }

  /** The tab of the part that is shown. */
  focus() {
    this.#parts.get(this.#chosen)?.tab.focus();
  }
}
