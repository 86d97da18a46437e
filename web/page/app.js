/* app.js - the screens of the page, and the transitions between them.
 *
 *     unsupported | waiting ── opening ── loading ── workspace ── another model ── loading ── workspace
 *                       └────────┴──────────┴── problem ── retry
 *
 * The model that was accepted last at an earlier visit, and is in this browser, is loaded without asking.
 * A model in files may be asked about on the way: which of several, and what its outputs stand for.
 *
 * What comes after the first screen is loaded by import(), which the sealed frame has its own way for:
 * web/room/import-from-page.js.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { pickVariant } from "../engine/wasm-engine.js";
import { copyText, openDialog } from "./base/dialogs.js";
import { Notifications } from "./base/notifications.js";
import { popover } from "./base/popover.js";
import { fill, h, icon, painted } from "./base/dom.js";
import { FILE_STEPS, Loading, STEPS } from "./loading.js";
import { hasFiles, droppedFiles, isFilmName } from "./base/files.js";
import { languageMenu } from "./language-menu.js";
import { insteadContent, labelsView, whichModelView } from "./model-questions.js";
import { noticeLines, openingView, waitingView } from "./opening.js";
import { ownModelView, sealedModelView } from "./own-model.js";
import { PrivacyStrip } from "./privacy.js";
import { siteModelsView } from "./site-models.js";
import { problemView, unsupportedView, wordsOf } from "./base/problem.js";
import { styleSheet } from "./style.js";
import { text } from "./base/first-strings.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("./opening.js").Inspection} Inspection */
/** @typedef {import("./own-model.js").Wishes} Wishes */
/** @typedef {import("./model-bar.js").Handed} Handed */
/** @typedef {import("./base/files.js").GivenFile} GivenFile */
/** @typedef {import("../session/given-models.js").GivenModel} GivenModel */
/** @typedef {import("./workspace.js").Workspace} Workspace */
/** A way to open a model. again: after a failure; canceled: what is said after a cancel; focus: false where no action of the
 * person leads there
 * @typedef {{ steps: import("../session/progress.js").Phase[], canceled: string, again: () => void, focus?: boolean,
 *   open: (signal: AbortSignal, loading: Loading, cancel: () => void) =>
 *     Promise<{ info: Awaited<ReturnType<Session["open"]>>, handed: Handed }> }} Opening */
/** What the app needs of the place where it is.
 * @typedef {object} Place
 * @property {(signal: AbortSignal) => Promise<import("./films/intake.js").Example[]>} examples fetched before
 *   the first film
 * @property {(name: string, result: import("./films/film-queue.js").Result) => void} [onResult] of every film
 * @property {(name: string, error: unknown) => void} [onFailed] a film could not be read
 * @property {() => void} [onReady] films can be read
 * @property {Document | HTMLElement} drops where files may be dropped and pasted
 * @property {{ choose: (code: string) => Promise<void> }} languages choose: sets the language, and relabels the app; rejects
 *   where its words cannot be had
 */

/** Models that this browser keeps, and the site's.
 * @typedef {[import("../session/supply.js").Kept, import("../session/supply.js").SiteModel[]]} Choices */

/** The workspace, and the style sheet that it needs. */
const importWorkspace = () => Promise.all([import("./workspace.js"), import("./workspace-sheet.js")]);

/* How often the count of requests is refreshed. */
const SEAL_REFRESH_MS = 2000;
/** @type {Wishes} */
const NOTHING = { keep: false, save: false };
/* Nothing was asked for, and nothing was refused. */
const NOTHING_HANDED = { wishes: NOTHING, refusals: { keep: "", save: "" } };

export class App {
  #root;
  #session;
  #place;
  /** @type {Inspection | null} */ #model = null;
  /** @type {Workspace | null} */ #workspace = null;
  /** @type {import("./films/intake.js").Example[] | null} */ #examples = null;
  /** Takes what is dropped on the screen that is shown. @type {((given: GivenFile[]) => void) | null} */ #takeDrop = null;
  #stop = new AbortController();
  /** Of the workspace. */ #redrawWork = () => {};
  /** @type {PrivacyStrip} */ #strip = new PrivacyStrip();
  /** Shows the present screen once more, in another language. @type {(() => void) | null} */ #redraw = null;
  #main = h("div", { class: "main" });
  #live = h("p", { class: "spoken", role: "status" });
  #notifications = new Notifications();
  #printed = h("div");
  /** In the bar: the model that is open, and the switch between views of the films. */
  #modelPlace = h("div", { class: "bar-model" });
  #viewsPlace = h("div", { class: "bar-views" });
  /** Of the menu, where there is a model. @type {HTMLElement[]} */ #modelItems = [];
  /** Of the menu, where films are read. */ #cardItem = h("button");
  #clock = 0;
  /** Which of the site's models is shown. */ #siteModel = 0;

  /**
   * @param {ShadowRoot} root
   * @param {Session} session
   * @param {Place} place
   */
  constructor(root, session, place) {
    this.#root = root;
    this.#session = session;
    this.#place = place;
    this.#draw();
    this.#listen();
  }

  /** All that is around the screens. */
  #draw() {
    this.#strip = new PrivacyStrip();
    this.#strip.show(this.#session.seal);
    this.#modelItems = [this.#menuItem(text.modelCard, () => this.#openCard()),
      this.#menuItem(text.menu.notice, () => this.#openNotice())];
    this.#cardItem = this.#menuItem(text.siteCard.open, () => this.#workspace?.chooseCard());
    this.#showModelItems();
    fill(this.#root, h("div", { class: "app" },
      h("header", { class: "app-bar" }, h("p", { class: "brand" }, text.title), this.#modelPlace, this.#viewsPlace,
        popover(this.#strip.element), this.#menu()),
      h("p", { class: "banner", role: "note" }, text.banner),
      this.#main, this.#notifications.element), this.#live, this.#printed);
  }

  #showModelItems() {
    for (const item of this.#modelItems) item.hidden = this.#model === null;
    this.#cardItem.hidden = this.#workspace === null;
  }

  /** Everything once more, in the language that is set now. Films, results and what was trained stay. */
  relabel() {
    this.#draw();
    this.#redraw?.();
  }

  /** @param {string} code */
  async #speak(code) {
    try {
      await this.#place.languages.choose(code);
      /** @type {HTMLElement | null} */ (this.#root.querySelector(".menu summary"))?.focus();
    } catch (error) {
      this.#notifications.say(wordsOf(error).what);
    }
  }

  #menu() {
    const items = h("nav", { class: "pop-body", "aria-label": text.menu.heading }, ...this.#modelItems,
      this.#cardItem, this.#menuItem(text.keys, () => this.#openKeys()),
      this.#menuItem(text.copyDiagnostics, () => this.#copy()),
      languageMenu((code) => void this.#speak(code)));
    return popover(h("details", { class: "menu" },
      h("summary", { "aria-label": text.menu.heading, title: text.menu.heading }, icon("menu")), items), { stay: false });
  }

  /** @param {string} label @param {() => void} act */
  #menuItem(label, act) {
    return h("button", { type: "button", class: "quiet", onclick: act }, label);
  }

  /** Without this a browser would leave the page for a file that is dropped on it. */
  #listen() {
    const { signal } = this.#stop;
    addEventListener("beforeunload", (event) => this.#workspace?.unsaved && event.preventDefault(), { signal });
    const drops = /** @type {HTMLElement} */ (this.#place.drops);
    drops.addEventListener("dragover", (event) => hasFiles(event.dataTransfer) && event.preventDefault(), { signal });
    drops.addEventListener("drop", async (event) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      const take = this.#takeDrop;
      const { given, closed } = await droppedFiles(event.dataTransfer);
      if (!take) return;
      if (closed) this.#fail(text.ownModel.closedFolder);
      else take(given);
    }, { signal });
  }

  /** Reads a film from code; as Workspace.read. @param {import("../engine/input.js").Input} film
   * @param {string} name @returns {Promise<import("./films/film-queue.js").Result>} */
  async read(film, name) {
    if (!this.#workspace) throw new EvaxError("STATE", "the model is not loaded yet");
    return this.#workspace.read(film, name);
  }

  /** Resolves when the first screen is shown, or the model is there. @param {{ ask?: boolean }} [how] ask: also about a
   * model that was accepted before */
  async start({ ask = false } = {}) {
    try {
      pickVariant("auto");
    } catch (error) {
      return this.#show(unsupportedView(error, () => this.#copy()));
    }
    this.#show(waitingView());
    try {
      await this.#session.choose(this.#siteModel);
      const [model, choices] = await Promise.all(
        [this.#session.inspect({ signal: this.#stop.signal }), this.#choices()]);
      this.#model = model;
      this.#showModelItems();
      if (!ask && await this.#loadAccepted(choices)) return;
      this.#showOpening(choices);
      void painted().then(importWorkspace).catch(() => {}); // it will be needed; who needs it is told why it cannot be had
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

  /** Takes all films off the list. */
  clear() {
    this.#workspace?.clear();
  }

  /** @param {string} message for screen readers */
  announce(message) {
    fill(this.#live, message);
  }

  /** The models that can be chosen instead. */
  #choices() {
    return Promise.all([this.#session.kept(), this.#session.siteModels()]);
  }

  /** Goes on with the model that a person accepted last, if there is one; without a question where nothing of it has to be
   * downloaded. @param {Choices} choices @returns {Promise<boolean>} whether it is loading */
  async #loadAccepted([{ models }, siteModels]) {
    const present = /** @type {Inspection} */ (this.#model).modelHash;
    const last = await this.#session.lastAccepted([present, ...siteModels.map(({ hash }) => hash), ...models.map(({ hash }) => hash)]);
    if (!last) return false;
    const at = siteModels.find(({ hash }) => hash === last)?.at;
    const isKept = last !== present && at === undefined;
    if (last !== present) {
      await this.#session.choose(at === undefined ? last : this.#siteModel = at);
      this.#model = await this.#session.inspect({ signal: this.#stop.signal });
    }
    const { bytes, cachedBytes } = /** @type {Inspection} */ (this.#model);
    if (!isKept && cachedBytes < bytes) return false;
    await this.#load(isKept ? NOTHING_HANDED : null, false);
    return true;
  }

  /** @returns {Promise<void>} */
  #accept() {
    void this.#session.accept().catch(() => {}); // then it is asked again
    return this.#load(null);
  }

  /** @param {Choices} choices @param {boolean} [focus] */
  #showOpening([kept, siteModels], focus = false) {
    const model = /** @type {Inspection} */ (this.#model);
    const own = ownModelView(kept, {
      onGiven: (given, wishes) => this.#openGiven(given, wishes),
      onKept: (hash) => this.#loadKept(hash),
      onForget: (hash) => this.#forget(hash),
      chooseFolder: () => this.#session.chooseFolder(),
    });
    const site = siteModelsView(siteModels, model.modelHash, (at) => this.#chooseSiteModel(at));
    this.#show(openingView(model, () => this.#accept(), site, own.element),
      { onDrop: own.take, focus, redraw: () => this.#showOpening([kept, siteModels]) });
  }

  /** @param {number} at among the site's models */
  async #chooseSiteModel(at) {
    try {
      await this.#session.choose(this.#siteModel = at);
      this.#model = await this.#session.inspect({ signal: this.#stop.signal });
      this.#showOpening(await this.#choices(), true);
    } catch (error) {
      this.#fail(error, () => this.start());
    }
  }

  /** Where the person is after a cancel or a failure: at the model that was open before, if there is one. */
  #home() {
    if (this.#workspace) {
      return this.#show(this.#workspace.element, { focus: true, redraw: this.#redrawWork });
    }
    if (!this.#session.closed) return this.start({ ask: true });
    const take = (/** @type {GivenFile[]} */ given) => void this.#openGiven(given, NOTHING);
    return this.#show(sealedModelView(take), { focus: true, onDrop: take });
  }

  /** @param {string} hash */
  async #forget(hash) {
    await this.#session.forget(hash);
    this.#showOpening(await this.#choices());
  }

  /** @param {string} hash of a model that this browser keeps */
  async #loadKept(hash) {
    try {
      await this.#session.choose(hash);
      this.#model = await this.#session.inspect({ signal: this.#stop.signal });
      void this.#session.accept().catch(() => {});
    } catch (error) {
      return this.#fail(error, () => this.#loadKept(hash));
    }
    return this.#load(NOTHING_HANDED);
  }

  /** The site's model, or a kept one. @param {Handed} handed @param {boolean} [focus] @returns {Promise<void>} */
  #load(handed, focus = true) {
    return this.#loadWith({
      focus,
      steps: STEPS,
      canceled: text.loading.canceled,
      again: () => this.#load(handed),
      open: async (signal, loading) => ({ handed, info: await this.#session.open({ signal, onProgress: (progress) => {
        loading.show(progress);
        this.announce(text.loading.phases[progress.phase]);
      } }) }),
    });
  }

  /** Opens the model among files, or asks which. @param {GivenFile[]} given @param {Wishes} wishes */
  async #openGiven(given, wishes) {
    try {
      const { sortGiven } = await import("../session/given-models.js");
      return this.#openSorted(await sortGiven(given), wishes);
    } catch (error) {
      return this.#fail(error, () => this.#openGiven(given, wishes));
    }
  }

  /** @param {import("../session/given-models.js").Sorted} sorted @param {Wishes} wishes */
  #openSorted({ models, others }, wishes) {
    if (models.length === 1) return this.#loadFiles(models[0], wishes);
    if (models.length > 1) {
      return this.#show(whichModelView(models, {
        onOpen: (model) => this.#loadFiles(model, wishes), onCancel: () => this.#home(),
      }), { focus: true });
    }
    if (others.length && others.every(({ path }) => isFilmName(path))) return this.#fail(text.ownModel.films);
    if (others.length !== 1) return this.#fail({ ...text.ownModel.none, message: text.ownModel.none.message(others.length) });
    // To be told what the file is.
    return this.#loadFiles({ name: others[0].path, files: [others[0].file] }, wishes);
  }

  /** @param {GivenModel} model @param {Wishes} wishes @returns {Promise<void>} */
  #loadFiles(model, wishes) {
    this.#workspace?.pause();
    let last = "";
    return this.#loadWith({
      steps: FILE_STEPS,
      canceled: text.loading.fileCanceled,
      again: () => this.#loadFiles(model, wishes),
      open: async (signal, loading, cancel) => {
        const info = await this.#session.openFiles(model.files, { signal, ...wishes, onProgress: (progress) => {
          loading.showPhase(progress);
          if (progress.phase !== last) this.announce(text.loading.phases[last = progress.phase]);
        }, convert: { askCard: (question) => this.#askCard(question, loading, cancel) } });
        this.#model = this.#session.model;
        return { info, handed: { wishes, refusals: info.refusals } };
      },
    });
  }

  /** Asks for what the file does not say, while it stays open. @param {{ classes: number, problem: string }} question
   * @param {Loading} loading @param {() => void} cancel
   * @returns {Promise<import("../convert/card.js").Card | Uint8Array>} */
  #askCard(question, loading, cancel) {
    return new Promise((resolve) => {
      this.#show(labelsView(question, {
        onCancel: cancel,
        onCard: (card) => {
          this.#show(loading.element, { focus: true });
          resolve(card);
        },
      }), { focus: true });
    });
  }

  /** A model was given while one is open. @param {GivenModel[]} models */
  #offerInstead(models) {
    const state = { current: this.#model?.name ?? "", results: this.#workspace?.resultCount ?? 0 };
    const close = openDialog(this.#root, text.ownModel.insteadHeading, [
      ...insteadContent(models, state, (model) => {
        close();
        void this.#loadFiles(model, NOTHING);
      }),
      h("p", { class: "actions" }, h("button", { type: "button", onclick: () => close() }, text.ownModel.goOn)),
    ]);
  }

  /** Once: a later model finds them here. @param {AbortSignal} signal */
  async #fetchExamples(signal) {
    return this.#examples ??= await this.#place.examples(signal);
  }

  /** @param {Opening} opening */
  async #loadWith({ steps, canceled, again, focus = true, open }) {
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, this.#stop.signal]);
    const loading = new Loading({ onCancel: () => cancel.abort() }, steps);
    this.#show(loading.element, { focus });
    const opening = open(signal, loading, () => cancel.abort());
    try {
      /* All only before the seal, which waits for what is under way. */
      const [examples, [{ Workspace }, { workspaceSheet }], { info, handed }] =
        await Promise.all([this.#fetchExamples(signal), importWorkspace(), opening]);
      this.#root.adoptedStyleSheets = [styleSheet(), workspaceSheet()];
      this.#open(Workspace, examples, info, handed);
      if (focus) this.#workspace?.focus();
    } catch (error) {
      await opening.catch(() => {}); // after a cancel the examples end first, and the session is still busy
      if (this.#stop.signal.aborted) return;
      if (!cancel.signal.aborted) return this.#fail(error, again);
      await this.#home();
      this.#notifications.say(canceled);
    }
  }

  /** @param {typeof import("./workspace.js").Workspace} Kind @param {import("./films/intake.js").Example[]} examples
   * @param {Awaited<ReturnType<Session["open"]>>} info @param {Handed} handed */
  #open(Kind, examples, info, handed) {
    const { films = [], labels = null, siteCard = null, scored = null } = this.#workspace ?? {};
    this.#workspace?.dispose();
    this.#work(Kind, examples, info, handed);
    this.#workspace?.readAgain(films, labels, siteCard, scored);
    this.#showModelItems();
    clearInterval(this.#clock);
    this.#clock = window.setInterval(() => this.#strip.show(this.#session.seal), SEAL_REFRESH_MS);
    this.#place.onReady?.();
  }

  /** @param {typeof import("./workspace.js").Workspace} Kind @param {import("./films/intake.js").Example[]} examples
   * @param {Awaited<ReturnType<Session["open"]>>} info @param {Handed} handed
   * @param {import("./workspace.js").WorkspaceState | null} [before] films and findings that it goes on with */
  #work(Kind, examples, info, handed, before = null) {
    this.#workspace = new Kind(this.#session, examples, info, {
      announce: (message) => this.announce(message),
      say: this.#notifications.say,
      onPrintArea: (area) => fill(this.#printed, area),
      onHelp: () => void this.#openKeys(),
      onCopy: () => this.#copy(),
      onRead: (film) => this.#onRead(film),
      onModels: (models) => this.#offerInstead(models),
      drops: this.#place.drops,
    }, handed, before);
    this.#redrawWork = () => this.#work(Kind, examples, info, null, this.#workspace?.handOver());
    this.#show(this.#workspace.element, { redraw: this.#redrawWork });
    fill(this.#modelPlace, this.#workspace.modelBar);
    fill(this.#viewsPlace, this.#workspace.views.element);
  }

  /** @param {import("./films/film-queue.js").Film} film that has been read or has failed */
  #onRead({ name, result, error }) {
    this.#strip.show(this.#session.seal);
    if (result) this.#place.onResult?.(name, result);
    else if (error) this.#place.onFailed?.(name, error);
  }

  /** @param {unknown} error @param {() => void} [again] where another try may help */
  #fail(error, again) {
    if (this.#stop.signal.aborted) return;
    const view = problemView(error, {
      ...(again && { [text.retry]: again }),
      ...(this.#model && { [text.back]: () => this.#home() }),
      [text.copyDiagnostics]: () => this.#copy(),
    });
    this.#show(h("section", { class: "sheet" }, view), { focus: true });
    this.announce(wordsOf(error).what);
  }

  /** @param {HTMLElement} screen
   * @param {{ focus?: boolean, onDrop?: (given: GivenFile[]) => void, redraw?: () => void }} [how] focus: moves to its
   *   heading; onDrop: takes files that are dropped while it is shown; redraw: shows it anew */
  #show(screen, { focus = false, onDrop, redraw } = {}) {
    fill(this.#main, screen);
    this.#redraw = redraw ?? null;
    const working = screen === this.#workspace?.element;
    this.#modelPlace.hidden = !working;
    this.#viewsPlace.hidden = !working;
    this.#takeDrop = onDrop ?? null;
    this.#strip.show(this.#session.seal);
    if (focus) /** @type {HTMLElement | null} */ (screen.querySelector("h2"))?.focus();
  }

  #openCard() {
    const model = /** @type {Inspection} */ (this.#model);
    return this.#openLater(text.modelCard, async () =>
      (await import("./model-card.js")).cardContent(model, this.#session.info));
  }

  #openNotice() {
    const { notice } = /** @type {Inspection} */ (this.#model);
    openDialog(this.#root, text.menu.notice,
      [...noticeLines(text.banner, notice), h("p", { class: "fine" }, text.menu.acceptance)]);
  }

  #openKeys() {
    return this.#openLater(text.keys, async () => (await import("./keys.js")).keysContent());
  }

  /** A dialog whose content may still be on its way. @param {string} heading
   * @param {() => Promise<import("./base/dom.js").Child[]>} contentOf */
  async #openLater(heading, contentOf) {
    try {
      openDialog(this.#root, heading, await contentOf());
    } catch (error) {
      this.#notifications.say(wordsOf(error).what);
    }
  }

  async #copy() {
    if (await copyText(this.#root, this.#session.diagnostics())) this.#notifications.say(text.copied);
  }
}
