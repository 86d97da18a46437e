/* opening.js - the first screen: purpose, size of the download, what of it is cached, and the notice to
 * accept. Only the manifest is fetched before that.
 * SPDX-License-Identifier: MIT */
import { size } from "./base/numbers.js";
import { h, icon } from "./base/dom.js";
import { text } from "./base/first-strings.js";

const strings = text.opening;

/** What session.inspect() returns.
 * @typedef {object} Inspection
 * @property {string} name
 * @property {number} bytes of all chunks
 * @property {number} cachedBytes of these kept in this browser
 * @property {string} dtype
 * @property {readonly string[]} labels
 * @property {string} notice
 * @property {string} license
 * @property {string} attribution
 * @property {readonly import("../engine/analysis.js").Facts[]} facts
 * @property {string} modelHash
 * @property {{ size: string }} architecture
 * @property {import("./export/record.js").Origin["preprocessing"]} preprocessing
 */

/** @param {Inspection} model */
function downloadOf({ bytes, cachedBytes }) {
  if (cachedBytes >= bytes) return strings.cached(size(bytes));
  if (cachedBytes > 0) return strings.partly(size(cachedBytes), size(bytes));
  return strings.nothingYet(size(bytes));
}

/** @param {string} term @param {string} value */
const row = (term, value) => h("div", {}, h("dt", {}, term), h("dd", {}, value));

/** @param {Inspection} model */
const factsOf = (model) => h("dl", { class: "facts" },
  row(strings.model, `${model.name}, ${model.dtype}`),
  row(strings.download, downloadOf(model)),
  row(strings.findings, strings.findingCount(model.labels.length)),
  row(strings.takes, strings.takesFiles),
  row(strings.license, model.license));

const promises = () => h("ul", { class: "promises" },
  ...strings.promises.map(([head, body], i) => h("li", {},
    icon(/** @type {const} */ (["lock", "above", "done"])[i]),
    h("div", {}, h("strong", {}, head), h("span", {}, body)))));

/** @param {...string} parts each of one line or several */
export const noticeLines = (...parts) => parts.flatMap((part) => part.split("\n")).filter(Boolean)
  .map((line) => h("p", {}, line));

/* What is known of every model comes first, so that nothing moves when the manifest has come. */
const intro = () => [heading(), h("p", { class: "lead" }, strings.purpose)];

/** The screen until the manifest has been fetched. */
export const waitingView = () => h("section", { class: "sheet opening", "aria-busy": "true" },
  ...intro(), h("p", { class: "fine" }, strings.looking));

/** @param {Inspection} model @param {() => void} onAccept that model @param {HTMLElement | false} site the choice among
 * the site's models @param {HTMLElement} own another model */
export function openingView(model, onAccept, site, own) {
  const partly = model.cachedBytes > 0 && model.cachedBytes < model.bytes;
  return h("section", { class: "sheet opening" }, ...intro(),
    h("div", { class: "begin" },
      h("div", { class: "notice" }, h("h3", {}, strings.notice), ...noticeLines(model.notice)),
      h("p", { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: onAccept }, partly ? strings.resume : strings.accept)),
      factsOf(model)),
    site, promises(), own);
}

/* Takes the focus when the view is shown after an action of the person. */
const heading = () => h("h2", { tabindex: "-1" }, strings.heading);
