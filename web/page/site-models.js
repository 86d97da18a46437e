/* site-models.js - the models that a site brings, where there are several: which of them the screen is about.
 * SPDX-License-Identifier: MIT */
import { size } from "./base/numbers.js";
import { h } from "./base/dom.js";
import { text } from "./base/first-strings.js";

/** @typedef {import("../session/supply.js").SiteModel} SiteModel */

/** @param {SiteModel[]} models @param {string} shown hash of the one that the screen is about
 * @param {(at: number) => void} onChoose */
export const siteModelsView = (models, shown, onChoose) => models.length > 1
  && h("section", { class: "notice site-models", "aria-label": text.opening.siteModels },
    h("h3", {}, text.opening.siteModels),
    h("ul", { class: "choices" }, ...models.map(({ at, name, bytes, hash }) => h("li", {},
      h("button", { type: "button", title: hash, "aria-pressed": String(hash === shown), onclick: () => onChoose(at) }, name),
      h("span", { class: "fine" }, `${size(bytes)}, ${hash.slice(0, 12)}`)))));
