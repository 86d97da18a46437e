/* model-bar.js - the model that reads the films, by name and hash, always on the screen; and, until the first film, a way
 * to save one that came from a file.
 * SPDX-License-Identifier: MIT */
import { download } from "./base/download.js";
import { fill, h, icon } from "./base/dom.js";
import { popover } from "./base/popover.js";
import { filmsOfCard } from "./site-card/card-view.js";
import { wordsOf } from "./base/problem.js";
import { text } from "./base/strings.js";

const strings = text.modelBar;

/** What came of keeping and saving; null where the model came from neither file nor browser.
 * @typedef {{ wishes: import("./own-model.js").Wishes, refusals: import("../session/session.js").Refusals } | null} Handed */

/** In sentences. @param {NonNullable<Handed>} handed */
export const outcomes = ({ wishes, refusals }) => [
  wishes.keep && (refusals.keep ? strings.notKept(refusals.keep) : strings.kept),
  wishes.save && (refusals.save ? strings.notSaved(refusals.save) : strings.saved),
].flatMap((line) => line || []);

/** @param {string} name of a model */
const fileNameOf = (name) => `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}.zip`;

export class ModelBar {
  #session;
  #say;
  #saving = h("p", { class: "fine" });
  #card = h("span", { class: "bar-card", hidden: true });
  element;

  /** @param {import("../session/session.js").Session} session that is ready
   * @param {import("./export/record.js").Origin} model
   * @param {Handed} handed @param {import("./base/notifications.js").Say} say */
  constructor(session, { model, dtype, modelHash }, handed, say) {
    this.#session = session;
    this.#say = say;
    this.element = popover(h("details", { class: "model-bar" },
      h("summary", {}, icon("info"), h("strong", {}, `${model}, ${dtype}`), " ",
        h("code", { class: "hash", title: `${strings.hash} ${modelHash}` }, modelHash.slice(0, 12)), this.#card),
      h("div", { class: "pop-body" }, h("p", {}, `${model}, ${dtype}`),
        h("p", { class: "fine" }, strings.hash, " ", h("code", { class: "hash" }, modelHash)),
        ...(handed ? [...outcomes(handed).map((line) => h("p", { class: "fine" }, line)), this.#saving] : []))));
    const button = h("button", { type: "button", class: "quiet save-model", onclick: () => this.#save(button, model) },
      strings.save);
    fill(this.#saving, button);
    this.update();
  }

  /** @param {import("../evaluate/site-card.js").SiteCard | null} card that is in use */
  showCard(card) {
    this.#card.hidden = card === null;
    fill(this.#card, card && text.siteCard.with(filmsOfCard(card)));
  }

  /** After the first film nothing is handed out. */
  update() {
    if (!this.#session.givesModel) fill(this.#saving, strings.notNow);
  }

  /** @param {HTMLButtonElement} button @param {string} model */
  async #save(button, model) {
    button.disabled = true;
    fill(button, strings.saving);
    try {
      const name = fileNameOf(model);
      download(await this.#session.modelFile(), name);
      this.#say(strings.saveDone(name));
    } catch (error) {
      this.#say(wordsOf(error).what);
    }
    button.disabled = false;
    fill(button, strings.save);
    this.update();
  }
}
