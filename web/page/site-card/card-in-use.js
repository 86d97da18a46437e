/* card-in-use.js - the site card that a person has opened: its thresholds, facts and recalibrations stand in the place of the
 * model's until it is taken off.
 *
 *     file ── site-card.js: checked, of this model ── facts ── findings of every film, read before or after
 *
 * It is given by the person and needs no network, so it works after the seal; and it is kept nowhere: the room has no
 * storage, and a threshold that nobody remembers to have set is worse than a file that is opened again.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { visible } from "../../base/visible.js";
import { factsWith, findingsOf } from "../../engine/analysis.js";
import { MAX_CARD_BYTES, checkCardModel, readSiteCard } from "../../evaluate/site-card.js";

/** @typedef {import("../../engine/analysis.js").Facts} Facts */
/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../../evaluate/site-card.js").SiteCard} SiteCard */
/** What it needs to know of the model. @typedef {Pick<import("../../engine/engine.js").Info, "model" | "modelHash" | "facts">} ModelFacts */

/** The text of a card. @param {Blob} file */
async function textOf(file) {
  if (file.size > MAX_CARD_BYTES) throw new EvaxError("SITE_CARD_INVALID", `it has more than ${MAX_CARD_BYTES} bytes`);
  return file.text().catch((/** @type {Error} */ cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
}

/** Events: "change". */
export class CardInUse extends EventTarget {
  #info;
  /** @type {SiteCard | null} */ card = null;
  /** Of every label: the card's where it has some, else the model's. @type {readonly Facts[]} */ facts;

  /** @param {ModelFacts} info */
  constructor(info) {
    super();
    this.#info = info;
    this.facts = info.facts;
  }

  /** Reads a card and uses it. Rejects with SITE_CARD_INVALID, _EDITED, _VERSION, _MODEL or INPUT_UNREADABLE, each with the
   * file's name; what was in use before stays then. @param {Blob} file @param {string} name @returns {Promise<SiteCard>} */
  async open(file, name) {
    try {
      const card = await readSiteCard(await textOf(file));
      this.use(card);
      return card;
    } catch (error) {
      if (!(error instanceof EvaxError)) throw error;
      throw new EvaxError(error.code, [visible(name), error.detail].filter(Boolean).join(": "), { cause: error });
    }
  }

  /** @param {SiteCard | null} card that was read; null takes it off. Throws SITE_CARD_MODEL */
  use(card) {
    const { model, modelHash, facts } = this.#info;
    if (card) checkCardModel(card, model, modelHash);
    this.card = card;
    this.facts = card ? factsWith(facts, card) : facts;
    this.dispatchEvent(new Event("change"));
  }

  /** Which card it is, for what leaves the page. */
  get about() {
    return this.card && { name: this.card.name, date: this.card.date, sha256: this.card.digest };
  }

  /** Findings by these facts: the scores stay. @param {readonly Finding[]} findings of the model, in its order
   * @returns {Finding[]} */
  applied(findings) {
    return findingsOf(this.facts, findings.map(({ logit }) => logit), findings.map(({ score }) => score));
  }

  /** Whether a finding's evidence is the card's. @param {string} label */
  has(label) {
    return this.card !== null && Object.hasOwn(this.card.findings, label);
  }
}
