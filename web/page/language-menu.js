/* language-menu.js - the control that switches the language.
 * SPDX-License-Identifier: MIT */
import { LANGUAGES } from "../base/languages.js";
import { h } from "./base/dom.js";
import { language } from "./base/language.js";
import { text } from "./base/first-strings.js";

/** @param {(code: string) => void} onChoose */
export function languageMenu(onChoose) {
  const select = h("select", { onchange: () => onChoose(select.value) },
    ...Object.entries(LANGUAGES).map(([code, name]) =>
      h("option", { value: code, lang: code, selected: code === language() }, name)));
  return h("label", { class: "language" }, h("span", {}, text.language), select);
}
