/* card-view.js - which site card is in use, where findings stand, with a button that takes it off; and its evidence in a line.
 * SPDX-License-Identifier: MIT */
import { fraction } from "../base/format.js";
import { fill, h, icon } from "../base/dom.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../../evaluate/site-card.js").SiteCard} SiteCard */

const strings = text.siteCard;

/** The films that a card was made with. @param {{ name: string, date: string | null }} card */
export const filmsOfCard = ({ name, date }) => [name, date].filter(Boolean).join(", ");

/** A card by name and hash, for what leaves the page; "" without one.
 * @param {{ name: string, date: string | null, sha256: string } | null | undefined} about */
export const cardLine = (about) => (about ? strings.origin(filmsOfCard(about), about.sha256) : "");

/** The evidence of a finding in a line. @param {Finding} finding whose facts are a card's */
export const evidenceLine = ({ n, auc }) => strings.evidence(n ?? 0, fraction(auc));

/** Which card is in use. */
export class CardBar {
  #onTakeOff;
  element = h("div", { class: "card-bar", role: "group", "aria-label": strings.heading, hidden: true });

  /** @param {() => void} onTakeOff */
  constructor(onTakeOff) {
    this.#onTakeOff = onTakeOff;
  }

  /** @param {SiteCard | null} card */
  show(card) {
    this.element.hidden = card === null;
    if (!card) return fill(this.element);
    return fill(this.element, icon("done"),
      h("p", {}, strings.inUse(filmsOfCard(card)), " ", h("code", { class: "hash", title: `SHA-256 ${card.digest}` }, card.digest.slice(0, 12))),
      h("button", { type: "button", class: "quiet take-off-card", onclick: this.#onTakeOff }, strings.takeOff));
  }
}
