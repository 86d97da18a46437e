/* card-control.js - a site card as a person handles it: opened, taken off again, and its thresholds put to the findings of all
 * films.
 *
 *     file, or a card that a validation made ── card-in-use.js ── findings of the film on the screen, then of all others
 *
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { h } from "../base/dom.js";
import { chosenFiles } from "../base/files.js";
import { sentencesOf } from "../base/problem.js";
import { text } from "../base/strings.js";
import { CardBar, filmsOfCard } from "./card-view.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../../evaluate/site-card.js").SiteCard} SiteCard */

/** @typedef {object} CardActions
 * @property {import("../base/notifications.js").Say} say for everybody
 * @property {(card: SiteCard | null) => void} onCard another one is in use
 * @property {() => Film | null} shown the film on the screen
 * @property {() => void} onShown its findings have changed
 * @property {() => void} onAll those of all films have
 * @property {() => void} onTakenOff the button that had the focus is gone
 */

const strings = text.siteCard;

/* A card applies to so many films before the event loop runs again. */
const FILMS_AT_ONCE = 200;

export class CardControl {
  #inUse;
  #queue;
  #actions;
  #bar = new CardBar(() => this.#takeOff());

  /** @param {import("./card-in-use.js").CardInUse} inUse @param {import("../films/film-queue.js").FilmQueue} queue
   * @param {CardActions} actions @param {AbortSignal} signal ends it */
  constructor(inUse, queue, actions, signal) {
    this.#inUse = inUse;
    this.#queue = queue;
    this.#actions = actions;
    inUse.addEventListener("change", () => void this.#onChange(), { signal });
    this.#showCard();
  }

  /** Which card is in use. */
  get element() {
    return this.#bar.element;
  }

  /** A chooser for a card. Only right after a click. */
  choose() {
    const input = h("input", { type: "file", accept: ".json,application/json" });
    input.addEventListener("change", () => void this.open(chosenFiles(input).map(({ file }) => file)));
    input.click();
  }

  /** @param {File[]} cards that were given */
  async open(cards) {
    const { say } = this.#actions;
    if (cards.length !== 1) return cards.length > 1 && say(strings.several(cards.length));
    try {
      this.#sayUsed(await this.#inUse.open(cards[0], cards[0].name));
    } catch (error) {
      say(sentencesOf(error));
    }
  }

  /** A card that comes of a validation, or was in use with the model before this one. @param {SiteCard} card */
  use(card) {
    try {
      this.#inUse.use(card);
      this.#sayUsed(card);
    } catch (error) {
      this.#actions.say(sentencesOf(error));
    }
  }

  /** @param {SiteCard} card that is in use now */
  #sayUsed(card) {
    this.#actions.say(strings.opened(filmsOfCard(card), Object.keys(card.findings).length));
  }

  #takeOff() {
    const { card } = this.#inUse;
    this.#inUse.use(null);
    this.#actions.say(strings.takenOff, { label: text.undo, act: () => this.#inUse.use(card) });
    this.#actions.onTakenOff();
  }

  #showCard() {
    this.#bar.show(this.#inUse.card);
    this.#actions.onCard(this.#inUse.card);
  }

  /** The findings of all films that were read are by other thresholds now, those of the film on the screen at once. */
  async #onChange() {
    const { card } = this.#inUse, { films } = this.#queue;
    this.#showCard();
    const shown = this.#actions.shown();
    if (shown) this.#apply(shown);
    this.#actions.onShown();
    for (let at = 0; at < films.length; at += FILMS_AT_ONCE) {
      for (const film of films.slice(at, at + FILMS_AT_ONCE)) this.#apply(film);
      await yieldToEventLoop();
      if (this.#inUse.card !== card) return; // another one has come
    }
    this.#actions.onShown(); // perhaps another film by now
    this.#actions.onAll();
  }

  /** @param {Film} film */
  #apply({ result }) {
    if (result) result.findings = this.#inUse.applied(result.findings);
  }
}
