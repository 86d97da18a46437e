/* privacy.js - the strip that says whether this page can reach the network, and how to check it.
 * SPDX-License-Identifier: MIT */
import { clock, size } from "./base/format.js";
import { fill, h, icon } from "./base/dom.js";
import { text } from "./base/strings.js";

const strings = text.seal;

/** @typedef {import("../seal/network-seal.js").Seal} Seal */

/** @param {Seal["files"][number]} file */
const fileRow = ({ url, bytes, sha256, fromCache }) => h("li", {},
  h("code", { title: url }, url.split("?")[0].split("/").pop() ?? url),
  ` ${size(bytes)}, ${fromCache ? strings.cached : strings.fetched}, SHA-256 `,
  h("code", { class: "hash" }, sha256));

export class PrivacyStrip {
  #line = h("summary");
  #more = h("div", { class: "seal-more" });
  #shownText = "";
  element = h("details", { class: "seal" }, this.#line, this.#more);

  /** Shows the state of the seal. @param {Seal} seal */
  show(seal) {
    const state = strings[seal.state];
    const long = this.#longOf(seal);
    if (this.#shownText === state + long) return;
    const moved = this.element.dataset.state !== seal.state;
    this.#shownText = state + long;
    this.element.dataset.state = seal.state;
    const picture = { open: "open", sealed: "lock", unenforced: "warn" };
    fill(this.#line, icon(/** @type {import("./base/dom.js").IconName} */ (picture[seal.state])),
      h("strong", {}, state), h("span", { class: "long" }, long),
      h("span", { class: "check-link" }, strings.check));
    if (moved) fill(this.#more, ...this.#detailsOf(seal));
  }

  /** @param {Seal} seal */
  #longOf(seal) {
    if (seal.state === "open") return strings.openLong;
    if (seal.state === "unenforced") return strings.unenforcedLong;
    return strings.sealedLong(seal.requests(), clock(seal.since ?? new Date()));
  }

  /** @param {Seal} seal */
  #detailsOf({ state, probe, files }) {
    if (state === "open") return [h("p", {}, strings.openLong)];
    const tried = Object.entries(probe ?? {}).map(([what, came]) =>
      h("li", {}, `${strings.ways[what] ?? what}: ${strings.outcome[came] ?? came}`));
    return [
      state === "sealed" && h("p", {}, strings.explain),
      h("ul", {}, ...strings.howTo.map((way) => h("li", {}, way))),
      tried.length > 0 && h("h2", { class: "minor" }, strings.tried),
      tried.length > 0 && h("ul", { class: "tried" }, ...tried),
      files.length > 0 && h("h2", { class: "minor" }, strings.loaded(files.length)),
      files.length > 0 && h("ul", { class: "files" }, ...files.map(fileRow)),
    ];
  }
}
