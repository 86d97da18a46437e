/* element.js - <evax-xray model="...">: the whole page as one element, two lines on any static page.
 *
 *     <script type="module" src="element.js"></script>
 *     <evax-xray model="model/demo/"></evax-xray>
 *
 * Attributes, properties, events, methods, parts and custom properties: web/README.md, with examples that run in
 * web/examples. Films and findings live in a frame that can reach nothing (room/room-frame.js). The page around keeps
 * its network, and its scripts see neither; what the element tells it follows from that:
 *
 *     before the seal    progress, error, ready: what the page fetches itself
 *     after it           nothing; with results="page" the findings of every film, and why one failed
 *
 * Links inside the element are offered as example films. The height is the author's: that of the window if nothing is
 * said.
 * SPDX-License-Identifier: MIT */
import { EvaxError, codeOf } from "./base/errors.js";
import { languageOf } from "./base/languages.js";
import { errorWords } from "./page/base/error-words.js";
import { setLanguage } from "./page/base/language.js";
import { fetchExamples, linksOf } from "./page/films/examples.js";
import { readHostStyle } from "./room/host-style.js";
import { makeRoomFrame, openRoom } from "./room/room-frame.js";
import { serveSupply } from "./session/remote-supply.js";
import { ROOM_HASHES } from "./session/script-digests.js";
import { cloneableInput } from "./worker/cloneable-input.js";
import { Supply, fetchScript } from "./session/supply.js";
import { TRANSLATED, fetchWords, languageHere, rememberLanguage } from "./session/words.js";

/** @typedef {import("./base/languages.js").Language} Language */
/** @typedef {import("./engine/input.js").Input} Input */
/** @typedef {import("./room/room-frame.js").Room} Room */
/** @typedef {import("./room/start-app.js").Shared} Shared */
/** @typedef {import("./worker/channel.js").Handler} Handler */
/** loading: the first screen, or the model on its way; ready: films can be read
 * @typedef {"detached" | "loading" | "ready" | "failed"} ElementState */
/** Of the event "progress". loadedBytes: of the model; totalBytes: that it has; fromCache: whether this browser kept it.
 * @typedef {{ loadedBytes: number, totalBytes: number, fromCache: boolean }} ElementProgress */

/** The event "error". film: the name of the one that failed; "" where it is the element itself
 * @typedef {ErrorEvent & { film: string }} FailureEvent */

/** @param {EvaxError} error @param {string} [film] @returns {FailureEvent} */
const failureEvent = (error, film = "") =>
  Object.assign(new ErrorEvent("error", { message: error.message, error }), { film });

const STYLE = `
:host { display: block; block-size: 100vh; block-size: 100dvh; }
:host([hidden]) { display: none; }
.place { position: relative; block-size: 100%; }
iframe, ::slotted(iframe) { position: relative; display: block; inline-size: 100%; block-size: 100%; border: 0; }
.problem { margin: 0; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
`;

/* Where a page of its own has what is seen until the frame has painted (site/first-screen.js). */
const WAITING = "waiting";
/* What an element is made from; another value makes it anew. */
const ORIGINS = ["model", "integrity", "results", "unsealed", "assets"];

/** What the author says of the models, in order. @param {EvaxXray} element */
function modelsOf(element) {
  const words = (/** @type {string} */ name) => (element.getAttribute(name) ?? "").split(/\s+/).filter(Boolean);
  const hashes = words("integrity");
  const given = element.hasAttribute("integrity");
  return words("model").map((model, i) => ({ model, integrity: given ? hashes[i] ?? "" : undefined }));
}

/** What an element is from the moment it is in a page until it is taken out. */
class Life {
  #element;
  #root;
  #page;
  #stop = new AbortController();
  #supply;
  #shared;
  /** @type {import("./package-files.js").AssetsOption} */ #assets;
  /** @type {Promise<unknown>[]} */ #held = [];
  /** @type {Promise<Room | null>} */ #room;
  /** @type {ReturnType<typeof import("./room/unsealed.js").openUnsealed> | null} */ #unsealed = null;
  /** @type {(value?: unknown) => void} */ #isReady = () => {};
  /** @type {(reason: unknown) => void} */ #isOver = () => {};
  /** @type {Promise<unknown>} */ #ready;
  /** Of the films that wait. */ #cleared = new AbortController();
  /** @type {Promise<void> | null} */ #allWords = null;
  /** Whether the model comes from this browser's cache. */ #fromCache = false;
  /** @type {ElementState} */ state = "loading";
  /** Why there is neither a room nor the same in the page. @type {EvaxError | null} */ failure = null;

  /** @param {EvaxXray} element @param {ShadowRoot} root
   * @param {(event: Event) => void} page the page around, which is told */
  constructor(element, root, page) {
    this.#element = element;
    this.#root = root;
    this.#page = page;
    this.#shared = element.getAttribute("results") === "page";
    const [first = { model: "" }, ...others] = modelsOf(element);
    this.#assets = { base: element.getAttribute("assets") ?? undefined };
    this.#supply = new Supply({ ...first, others, assets: this.#assets });
    this.#ready = new Promise((resolve, reject) => {
      [this.#isReady, this.#isOver] = [resolve, reject];
    });
    this.#ready.catch(() => {}); // whoever waits is told
    this.#room = this.#open().catch((error) => this.#fail(error));
  }

  /** @param {Promise<unknown>} work */
  hold(work) {
    this.#held.push(work);
  }

  /** @param {Input} film @param {string} name @returns {Promise<Shared | null>} */
  async read(film, name) {
    const { signal } = this.#cleared;
    const [room, { input, transfer }] = await Promise.all([this.#room, cloneableInput(film)]);
    this.#stop.signal.throwIfAborted();
    signal.throwIfAborted();
    const given = { film: input, name };
    if (!room) return this.#readHere(given);
    if (this.#shared) return room.channel.call("film", given, { transfer });
    room.post(given, transfer);
    return null;
  }

  /** As read(), once films can be read. @param {Input} film @param {string} name */
  async readWhenReady(film, name) {
    const { signal } = this.#cleared;
    await new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.#ready.then(resolve, reject);
    });
    return this.read(film, name);
  }

  async clear() {
    this.#cleared.abort();
    this.#cleared = new AbortController();
    const room = await this.#room;
    if (room) room.post({ clear: true });
    else this.#unsealed?.clear();
  }

  /** The language may have changed. */
  async speak() {
    const [room, spoken] = await Promise.all([this.#room, this.#words()]);
    if (room) room.post(spoken);
    else this.#unsealed?.speak(spoken);
  }

  end() {
    const over = new EvaxError("DISPOSED");
    this.#stop.abort(over);
    this.#isOver(over);
    this.#unsealed?.dispose();
    void this.#room.then((room) => {
      room?.close(over);
      room?.frame.remove();
    });
  }

  /** What has ended is silent: what is stopped with it is nobody's error. @param {Event} event */
  #tell(event) {
    if (!this.#stop.signal.aborted) this.#page(event);
  }

  get #examples() {
    const links = linksOf(this.#element);
    return (/** @type {AbortSignal} */ signal) => fetchExamples(links, signal);
  }

  /** The language, and its words: English where they cannot be had. @returns {Promise<{ language: Language, words: unknown }>} */
  async #words() {
    const language = languageHere(this.#element.lang);
    try {
      return { language, words: await fetchWords(language, this.#stop.signal, this.#assets) };
    } catch {
      return { language: "en", words: null };
    }
  }

  /** All languages, so that one can be chosen after the seal. @param {Room} room */
  async #handAllWords(room) {
    const all = await Promise.all(TRANSLATED.map(async (code) =>
      [code, await fetchWords(code, this.#stop.signal, this.#assets).catch(() => null)]));
    room.post({ languages: Object.fromEntries(all.filter(([, words]) => words)) });
  }

  /** @returns {Promise<Room>} */
  async #open() {
    const { signal } = this.#stop;
    this.#supply.prepare(signal);
    const spoken = this.#words();
    /** @type {Room} */ let room;
    const served = serveSupply(this.#supply, () => room.channel, (progress) => this.#onProgress(progress));
    /** @type {Record<string, Handler>} */
    const handlers = {
      ...Object.fromEntries(Object.entries(served).map(([name, handler]) => [name, this.#noting(handler)])),
      secondScript: this.#noting(() => {
        const script = this.#scriptText("workspace");
        this.hold(script);
        return script;
      }),
      assets: async (args, context) => {
        this.hold(this.#allWords ??= this.#handAllWords(room));
        const assets = await this.#noting(served.assets)(args, context);
        if (args.withModel) this.#onProgress({ fromCache: this.#fromCache, loadedBytes: this.#supply.totalBytes });
        return assets;
      },
      examples: (_, context) => {
        const examples = this.#examples(context.signal);
        this.hold(examples);
        return examples;
      },
      language: ({ code }) => {
        rememberLanguage(code);
        return fetchWords(languageOf([code]), signal, this.#assets);
      },
      painted: () => this.#uncover(),
      close: () => this.#close(room),
      result: (detail) => this.#share(detail),
      failed: (film) => this.#shareFailure(film),
    };
    const frame = this.#builtFrame() ?? await this.#makeFrame(signal);
    const facts = { model: this.#supply.name, shared: this.#shared, style: readHostStyle(this.#element), ...await spoken };
    const factsNow = () => ({ ...facts, answers: this.#supply.takeAnswers() });
    room = await openRoom(frame, ROOM_HASHES, { factsNow, handlers }, signal);
    return room;
  }

  /** Tells the page of what fails. @param {Handler} handler @returns {Handler} */
  #noting(handler) {
    return async (args, context) => {
      try {
        return await handler(args, context);
      } catch (error) {
        if (error instanceof EvaxError && !context.signal.aborted) this.#tell(failureEvent(error));
        throw error;
      }
    };
  }

  /** @param {{ loadedBytes: number, fromCache: boolean }} progress */
  #onProgress(progress) {
    this.#fromCache = progress.fromCache;
    const detail = { ...progress, totalBytes: this.#supply.totalBytes };
    this.#tell(new CustomEvent("progress", { detail }));
  }

  /** The one that came with the page, which has begun already. */
  #builtFrame() {
    const frame = this.#element.querySelector(":scope > iframe[slot=room]");
    if (!(frame instanceof HTMLIFrameElement)) return null;
    const place = document.createElement("div");
    place.className = "place";
    for (const name of [WAITING, frame.slot]) place.append(Object.assign(document.createElement("slot"), { name }));
    frame.hidden = false;
    this.#root.replaceChildren(place);
    return frame;
  }

  /** The first screen has been painted in the frame: what the page had below it is no longer needed. */
  #uncover() {
    for (const below of this.#element.querySelectorAll(`:scope > [slot=${WAITING}]`)) below.remove();
  }

  /** One of the room's two. @param {"room" | "workspace"} name */
  async #scriptText(name) {
    const { bytes } = await fetchScript(name, this.#stop.signal, this.#assets);
    return new TextDecoder().decode(bytes);
  }

  /** @param {AbortSignal} signal */
  async #makeFrame(signal) {
    const text = await this.#scriptText("room");
    const { direction } = getComputedStyle(this.#element);
    const frame = makeRoomFrame({ text, hashes: ROOM_HASHES }, direction);
    frame.part.add("frame");
    signal.throwIfAborted();
    this.#root.replaceChildren(frame);
    return frame;
  }

  /** What is still under way is waited for; then the room can say nothing more, but for what the author asked.
   * @param {Room} room */
  async #close(room) {
    await Promise.allSettled(this.#held);
    if (!this.#shared) setTimeout(() => room.close(new EvaxError("SEALED"))); // the answer goes first
    this.#onReady();
  }

  #onReady() {
    this.state = "ready";
    this.#isReady();
    this.#tell(new CustomEvent("ready"));
  }

  /** @param {EvaxError} error @returns {Promise<null>} */
  async #fail(error) {
    if (this.#stop.signal.aborted) return null;
    const allowed = error.code === "FRAME" && this.#element.getAttribute("unsealed") === "allow";
    if (allowed) await this.#openHere().catch((cause) => this.#say(cause));
    else await this.#say(error);
    return null;
  }

  async #openHere() {
    const [{ openUnsealed }, spoken] = await Promise.all([import("./room/unsealed.js"), this.#words()]);
    if (this.#stop.signal.aborted) return;
    this.#unsealed = openUnsealed(this.#root, this.#supply, {
      ...spoken,
      style: readHostStyle(this.#element),
      examples: this.#examples,
      wordsOf: (code) => {
        rememberLanguage(code);
        return fetchWords(languageOf([code]), this.#stop.signal, this.#assets);
      },
      onReady: () => this.#onReady(),
      onShare: (detail) => this.#share(detail),
      onFailed: (film) => this.#shareFailure(film),
    });
  }

  /** Of a film, for the page if its author asked. @param {Shared} detail */
  #share(detail) {
    if (this.#shared) this.#tell(new CustomEvent("result", { detail }));
  }

  /** The same of one that could not be read. @param {import("./room/start-app.js").Failed} film */
  #shareFailure({ name, code, detail }) {
    if (this.#shared) this.#tell(failureEvent(new EvaxError(codeOf(code), detail), name));
  }

  /** @param {import("./room/start-app.js").GivenFilm} given @returns {Promise<Shared | null>} */
  async #readHere(given) {
    const result = await this.#unsealed?.read(given);
    return this.#shared && result ? result : null;
  }

  /** @param {EvaxError} error */
  async #say(error) {
    [this.state, this.failure] = ["failed", error];
    this.#isOver(error);
    const { language, words } = await this.#words();
    if (this.#stop.signal.aborted) return; // the place is another's
    setLanguage(language, words);
    const { what, cure } = errorWords(error) ?? { what: error.message, cure: "" };
    const line = document.createElement("p");
    line.className = "problem";
    line.part.add("problem");
    line.setAttribute("role", "alert");
    line.textContent = `${what} ${cure}`;
    this.#root.replaceChildren(line);
    this.#tell(failureEvent(error));
  }
}

/* jsdom, in which a page's tests run, draws nothing and has only the name of such sheets. */
function elementStyle() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync?.(STYLE);
  return sheet;
}

/** The name of a file; "" of anything else. @param {unknown} input */
const nameOf = (input) => (input instanceof File ? input.name : "");

/* Servers that render pages import this too, where there are no elements. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});

/**
 * The whole page as one element. Its events do not bubble. Another value of an attribute begins anew, but for lang.
 * @attr model {string} address of the model's folder; of several, parted by spaces, the person chooses one
 * @attr integrity {string} SHA-256 that its manifest.json must have, in hex; of several models, theirs in the same order
 * @attr results {"page"} the page around is given the findings of every film; without it, nothing after the seal
 * @attr unsealed {"allow"} where the sealed frame cannot be had, it works in the page itself, and says so
 * @attr assets {string} folder of the package's files, where they do not lie beside the script
 * @attr lang {"en" | "de" | "es" | "zh"} its language; without it what the person chose, then the browser's languages
 * @fires progress {CustomEvent<ElementProgress>} the model is on its way
 * @fires ready {CustomEvent} the model is there and the frame sealed: films can be read
 * @fires error {FailureEvent} the frame, the model or a script cannot be had, or, with results="page", a film cannot
 *   be read: its `error` is an EvaxError
 * @fires result {CustomEvent<Shared>} a film has been read, with results="page"
 * @csspart frame the sealed frame
 * @csspart problem the line that stands in its place where there is none
 * @cssprop --evax-accent {color} of buttons and marks
 * @cssprop --evax-on-accent {color} of the text on them
 * @cssprop --evax-ground {color} of the page
 * @cssprop --evax-sheet {color} of panels
 * @cssprop --evax-raised {color} of what is raised
 * @cssprop --evax-ink {color} of text
 * @cssprop --evax-soft {color} of lesser text
 * @cssprop --evax-line {color} of lines
 * @cssprop --evax-viewport {color} around the film
 * @cssprop --evax-round {border-radius} of corners
 * @cssprop --evax-font {font-family} of all text
 */
export class EvaxXray extends Base {
  static observedAttributes = [...ORIGINS, "lang"];

  /* Closed: what is in it is nobody's business, and the frame in it is not among the page's frames. */
  #root = this.attachShadow({ mode: "closed" });
  /** @type {Life | null} */ #life = null;
  #renewing = false;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [elementStyle()];
    this.#begin();
  }

  /** Taking the element out of the page ends its workers and gives its memory back; its films are gone. */
  disconnectedCallback() {
    this.#life?.end();
    this.#life = null;
  }

  /** Another model begins anew; another language does not. @param {string} name @param {string | null} before
   * @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (!this.#life || before === now) return;
    if (name === "lang") void this.#life.speak();
    else this.#renew();
  }

  /** Addresses of models, parted by spaces; of several the person chooses one. */
  get model() {
    return this.getAttribute("model") ?? "";
  }

  set model(addresses) {
    this.setAttribute("model", addresses);
  }

  /** "page": the page around is given the findings of every film. */
  get results() {
    return this.getAttribute("results") ?? "";
  }

  set results(whom) {
    this.setAttribute("results", whom);
  }

  /** How far it is. @returns {ElementState} */
  get state() {
    return this.#life?.state ?? "detached";
  }

  /**
   * Opens a film as if the person had chosen it: file bytes, a Blob or File, ImageData, or an ImageBitmap. It may be
   * given at any time, and waits until a person has accepted the notice and the model is there. Resolves when it has been
   * handed in; with results="page" with its findings, when it has been read. Rejects with an EvaxError; DISPOSED if the
   * element is taken out of the page before, or begins anew; with an AbortError if clear() comes before.
   * @param {Input} input
   * @param {{ name?: string }} [options] name: shown in the list; a File has its own
   * @returns {Promise<Shared | null>}
   */
  async open(input, { name = nameOf(input) } = {}) {
    return this.#alive().readWhenReady(input, name);
  }

  /**
   * As open(), but rejects with STATE before the model is loaded.
   * @param {Input} input
   * @param {{ name?: string }} [options]
   * @returns {Promise<Shared | null>}
   */
  async analyze(input, { name = nameOf(input) } = {}) {
    const life = this.#alive();
    if (life.state !== "ready") throw life.failure ?? new EvaxError("STATE", "the model is not loaded yet");
    return life.read(input, name);
  }

  /** Takes all films and their results off the list, those that wait and the one that is being read as well. @returns {Promise<void>} */
  async clear() {
    return this.#alive().clear();
  }

  /** Keeps the room from closing its door before this has settled: requests of the page that shall come before
   * the first film. @param {Promise<unknown>} work */
  holdOpen(work) {
    this.#life?.hold(work);
  }

  #begin() {
    this.#life = new Life(this, this.#root, (event) => this.dispatchEvent(event));
  }

  /** Once for all attributes that change together. */
  #renew() {
    if (this.#renewing) return;
    this.#renewing = true;
    queueMicrotask(() => {
      this.#renewing = false;
      if (!this.#life) return;
      this.#life.end();
      this.#begin();
    });
  }

  #alive() {
    if (!this.#life) throw new EvaxError("STATE", "the element is in no page");
    return this.#life;
  }
}

if (globalThis.customElements && !customElements.get("evax-xray")) customElements.define("evax-xray", EvaxXray);
