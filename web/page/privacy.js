/* privacy.js - the strip that says whether this page can reach the network, and how to check it.
 * SPDX-License-Identifier: MIT */
import { clock, size } from "./base/numbers.js";
import { fill, h, icon } from "./base/dom.js";
import { text } from "./base/first-strings.js";

const strings = text.seal;

/** @typedef {import("../seal/network-seal.js").Seal} Seal */

/** @param {Seal["files"][number]} file */
const fileRow = ({ url, bytes, sha256, fromCache }) => h("li", {},
  h("code", { title: url }, url.split("?")[0].split("/").pop() ?? url),
  ` ${size(bytes)}, ${fromCache ? strings.cached : strings.fetched}, SHA-256 `,
  h("code", { class: "hash" }, sha256));

export class PrivacyStrip {
  #line = h("summary");
  #more = h("div", { class: "seal-more pop-body", tabindex: "0", role: "region", "aria-label": strings.check });
  #shownText = "";
  element = h("details", { class: "seal" }, this.#line, this.#more);

  /** Shows the state of the seal. @param {Seal} seal */
  show(seal) {
    const kind = kindOf(seal);
    const long = longOf(seal);
    if (this.#shownText === kind + long) return;
    const moved = this.element.dataset.state !== kind;
    this.#shownText = kind + long;
    this.element.dataset.state = kind;
    fill(this.#line, icon(PICTURES[kind]), h("strong", {}, strings[kind]), h("span", { class: "long" }, long),
      h("span", { class: "check-link" }, strings.check));
    if (moved) fill(this.#more, ...detailsOf(seal));
  }
}

/** @typedef {Seal["state"] | "shared"} Kind */
/** @type {Record<Kind, import("./base/dom.js").IconName>} */
const PICTURES = { open: "open", sealed: "lock", shared: "warn", unenforced: "warn", unsealed: "warn" };

/** Whose results are given away is sealed in vain. @param {Seal} seal @returns {Kind} */
const kindOf = ({ state, shared }) => (shared && state !== "open" ? "shared" : state);

/** @param {Seal} seal */
function longOf(seal) {
  const kind = kindOf(seal);
  if (kind === "sealed") {
    const { sent, refused } = seal.requests();
    const sentence = strings.sealedLong(sent, clock(seal.since ?? new Date()));
    return refused > 0 ? `${sentence}, ${strings.refused(refused)}` : sentence;
  }
  return strings[/** @type {const} */ (`${kind}Long`)];
}

/** @param {Seal} seal */
function detailsOf(seal) {
  const { state, probe, files } = seal;
  if (state === "open") return [h("p", {}, strings.openLong)];
  const tried = Object.entries(probe ?? {}).map(([what, came]) =>
    h("li", {}, `${strings.ways[what] ?? what}: ${strings.outcome[came] ?? came}`));
  return [
    kindOf(seal) === "sealed" && h("p", {}, strings.explain),
    state !== "unsealed" && h("ul", {}, ...strings.howTo.map((way) => h("li", {}, way))),
    tried.length > 0 && h("h2", { class: "minor" }, strings.tried),
    tried.length > 0 && h("ul", { class: "tried" }, ...tried),
    files.length > 0 && h("h2", { class: "minor" }, strings.loaded(files.length)),
    files.length > 0 && h("ul", { class: "files" }, ...files.map(fileRow)),
  ];
}
