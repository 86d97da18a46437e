/* app.js - the screens of the page, and the transitions between them.
 *
 *     unsupported | waiting ── opening ── loading ── workspace
 *                       └────────┴──────────┴── problem ── retry
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { pickVariant } from "../engine/wasm-engine.js";
import { cardContent } from "./model-card.js";
import { copyText, keysContent, openDialog } from "./base/dialogs.js";
import { fill, h } from "./base/dom.js";
import { FILE_STEPS, Loading, STEPS } from "./loading.js";
import { openingView, waitingView } from "./opening.js";
import { PrivacyStrip } from "./privacy.js";
import { problemView, unsupportedView } from "./base/problem.js";
import { text } from "./base/strings.js";
import { Workspace } from "./workspace.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("./opening.js").Inspection} Inspection */
/** What the app needs of the place where it is.
 * @typedef {object} Place
 * @property {(signal: AbortSignal) => Promise<import("./films/intake.js").Example[]>} examples fetched before
 *   the first film
 * @property {(name: string, result: import("./films/film-queue.js").Result) => void} [onResult] of every film
 */

/* How often the count of requests is refreshed. */
const SEAL_REFRESH_MS = 2000;

export class App {
  #root;
  #session;
  #place;
  /** @type {Inspection | null} */ #model = null;
  /** @type {Workspace | null} */ #workspace = null;
  #stop = new AbortController();
  #strip = new PrivacyStrip();
  #main = h("div", { class: "main" });
  #live = h("p", { class: "spoken", role: "status" });
  #card = h("button", {
    type: "button", class: "quiet", hidden: true, onclick: () => this.#openCard(),
  }, text.modelCard);
  #clock = 0;

  /**
   * @param {ShadowRoot} root
   * @param {Session} session
   * @param {Place} place
   */
  constructor(root, session, place) {
    this.#root = root;
    this.#session = session;
    this.#place = place;
    this.#strip.show(session.seal);
    root.append(
      h("header", { class: "top" },
        h("p", { class: "brand" }, text.title),
        h("nav", { "aria-label": text.title }, this.#card,
          h("button", { type: "button", class: "quiet", onclick: () => this.#openKeys() }, text.keys))),
      h("p", { class: "banner", role: "note" }, text.banner),
      this.#strip.element, this.#main, this.#live);
  }

  /** Reads a film from code; as Workspace.read. @param {import("../engine/input.js").Input} film
   * @param {string} name @returns {Promise<import("./films/film-queue.js").Result>} */
  async read(film, name) {
    if (!this.#workspace) throw new EvaxError("STATE", "the model is not loaded yet");
    return this.#workspace.read(film, name);
  }

  /** Resolves when the first screen is shown. */
  async start() {
    try {
      pickVariant("auto");
    } catch (error) {
      return this.#show(unsupportedView(error, () => this.#copy()));
    }
    this.#show(waitingView());
    try {
      await this.#session.choose(null);
      this.#model = await this.#session.inspect({ signal: this.#stop.signal });
      this.#card.hidden = false;
      await this.#showOpening();
    } catch (error) {
      this.#fail(error, () => this.start());
    }
  }

  dispose() {
    this.#stop.abort();
    clearInterval(this.#clock);
    this.#workspace?.dispose();
    this.#session.dispose();
  }

  /** @param {string} message for screen readers */
  announce(message) {
    fill(this.#live, message);
  }

  async #showOpening() {
    const model = /** @type {Inspection} */ (this.#model);
    this.#show(openingView(model, await this.#session.kept(), {
      onAccept: () => this.#load(),
      onFiles: (files, keep) => this.#loadFiles(files, keep),
      onKept: (hash) => this.#loadKept(hash),
      onForget: (hash) => this.#forget(hash),
    }));
  }

  /** @param {string} hash */
  async #forget(hash) {
    await this.#session.forget(hash);
    await this.#showOpening();
  }

  /** @param {string} hash of a model that this browser keeps */
  async #loadKept(hash) {
    try {
      await this.#session.choose(hash);
      this.#model = await this.#session.inspect({ signal: this.#stop.signal });
    } catch (error) {
      return this.#fail(error, () => this.start());
    }
    return this.#load();
  }

  #load() {
    return this.#loadWith(STEPS, text.loading.canceled, () => this.#load(), (signal, loading) =>
      this.#session.open({ signal, onProgress: (progress) => {
        loading.show(progress);
        this.announce(text.loading.phases[progress.phase]);
      } }));
  }

  /** @param {File[]} files @param {boolean} keep */
  #loadFiles(files, keep) {
    let last = "";
    return this.#loadWith(FILE_STEPS, text.loading.fileCanceled, () => this.start(), async (signal, loading) => {
      const info = await this.#session.openFiles(files, { signal, keep, onProgress: (progress) => {
        loading.showPhase(progress);
        if (progress.phase !== last) this.announce(text.loading.phases[last = progress.phase]);
      } });
      this.#model = this.#session.model;
      if (info.refusal) this.announce(text.loading.notKept(info.refusal));
      return info;
    });
  }

  /** @param {import("../session/session.js").Phase[]} steps @param {string} canceled what is said after a cancel
   * @param {() => void} again @param {(signal: AbortSignal, loading: Loading) => ReturnType<Session["open"]>} open */
  async #loadWith(steps, canceled, again, open) {
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, this.#stop.signal]);
    const loading = new Loading({ onCancel: () => cancel.abort() }, steps);
    this.#show(loading.element, true);
    try {
      /* Only possible before the seal. */
      const examples = await this.#place.examples(signal);
      this.#open(examples, await open(signal, loading));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!cancel.signal.aborted) return this.#fail(error, again);
      await this.start();
      this.announce(canceled);
    }
  }

  /** @param {import("./films/intake.js").Example[]} examples
   * @param {Awaited<ReturnType<Session["open"]>>} info */
  #open(examples, info) {
    this.#workspace = new Workspace(this.#session, examples, info, {
      announce: (message) => this.announce(message),
      onHelp: () => this.#openKeys(),
      onCopy: () => this.#copy(),
      onRead: (film) => this.#onRead(film),
    });
    this.#show(this.#workspace.element);
    this.#workspace.focus();
    this.#clock = window.setInterval(() => this.#strip.show(this.#session.seal), SEAL_REFRESH_MS);
  }

  /** @param {import("./films/film-queue.js").Film} film that has been read or has failed */
  #onRead({ name, result }) {
    this.#strip.show(this.#session.seal);
    if (result) this.#place.onResult?.(name, result);
  }

  /** @param {unknown} error @param {() => void} again */
  #fail(error, again) {
    if (this.#stop.signal.aborted) return;
    const view = problemView(error, {
      [text.retry]: again, [text.copyDiagnostics]: () => this.#copy(),
    });
    this.#show(h("section", { class: "sheet" }, view), true);
    this.announce(/** @type {any} */ (error)?.message ?? "");
  }

  /** @param {HTMLElement} screen @param {boolean} [focus] moves to its heading */
  #show(screen, focus = false) {
    fill(this.#main, screen);
    this.#strip.show(this.#session.seal);
    if (focus) /** @type {HTMLElement | null} */ (screen.querySelector("h2"))?.focus();
  }

  #openCard() {
    const model = /** @type {Inspection} */ (this.#model);
    openDialog(this.#root, text.card.heading, cardContent(model, this.#session.info));
  }

  #openKeys() {
    openDialog(this.#root, text.keys, keysContent());
  }

  async #copy() {
    if (await copyText(this.#root, this.#session.diagnostics())) this.announce(text.copied);
  }
}
