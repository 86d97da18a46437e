/* views.js - what the middle of the workspace shows: one film, or all films in another way. Each view is an element; the
 * switch in the bar appears with the second.
 *
 *     views.add({ id: "table", label: text.views.table, element, onShow })
 *
 * SPDX-License-Identifier: MIT */
import { h } from "./base/dom.js";
import { text } from "./base/strings.js";

/** onShow: called each time when the view comes on the screen, to bring it up to date
 * @typedef {{ id: string, label: string, element: HTMLElement | null, onShow?: () => void }} View */

export class Views {
  #workspace;
  /** @type {Map<string, View & { button: HTMLButtonElement }>} */ #views = new Map();
  element = h("div", { class: "views", role: "group", "aria-label": text.views.heading, hidden: true });

  /** @param {HTMLElement} workspace has the film in it already, and is given the elements of the other views */
  constructor(workspace) {
    this.#workspace = workspace;
    this.add({ id: "film", label: text.views.film, element: null });
    this.show("film");
  }

  /** @param {View} view */
  add(view) {
    const { id, label, element } = view;
    const button = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => this.show(id) }, label);
    this.#views.set(id, { ...view, button });
    this.element.append(button);
    this.element.hidden = this.#views.size < 2;
    if (!element) return;
    element.classList.add("other-view");
    element.hidden = true;
    this.#workspace.append(element);
  }

  /** Which view is shown. */
  get shown() {
    return this.#workspace.dataset.view;
  }

  /** @param {string} id */
  show(id) {
    this.#workspace.dataset.view = id;
    for (const { id: each, element, button, onShow } of this.#views.values()) {
      button.setAttribute("aria-pressed", String(each === id));
      if (element) element.hidden = each !== id;
      if (each === id) onShow?.();
    }
  }
}
