/* film-picker.js - chooses some of the films of the list, to train a finding on them.
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { openDialog } from "../base/dialogs.js";
import { thumbnailView } from "../films/thumbnail.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */

const strings = text.training;

/** @param {Film} film @param {HTMLInputElement} box */
const rowOf = ({ id, name, result }, box) => h("li", {}, h("label", {}, box,
  result ? thumbnailView(result.thumbnail) : h("span", { class: "thumbnail", "aria-hidden": "true" }, icon("film")),
  h("span", { class: "name" }, `${id}  ${name}`)));

/** @param {ShadowRoot} root @param {string} heading @param {Film[]} films to choose from
 * @param {(films: Film[]) => void} onPick */
export function pickFilms(root, heading, films, onPick) {
  const boxes = films.map(() => h("input", { type: "checkbox" }));
  const add = h("button", { type: "button", class: "primary", disabled: true });
  const count = () => {
    const chosen = boxes.filter(({ checked }) => checked).length;
    fill(add, strings.addCount(chosen));
    add.disabled = chosen === 0;
  };
  const all = (/** @type {boolean} */ on) => {
    for (const box of boxes) box.checked = on;
    count();
  };
  const list = h("ul", { class: "picker", onchange: count }, ...films.map((film, i) => rowOf(film, boxes[i])));
  const close = openDialog(root, heading, [
    h("p", { class: "actions" }, h("button", { type: "button", onclick: () => all(true) }, strings.all),
      h("button", { type: "button", onclick: () => all(false) }, strings.noneChosen)),
    list, h("p", { class: "actions" }, add)]);
  add.addEventListener("click", () => {
    close();
    onPick(films.filter((_, i) => boxes[i].checked));
  });
  count();
}
