/* element.js - <evax-xray model="...">: the whole page as one element, two lines on any static page.
 *
 *     <script type="module" src="element.js"></script>
 *     <evax-xray model="model/demo/"></evax-xray>
 *
 *     model="...  ..."     of several models, parted by spaces, the person chooses one
 *     integrity="..."      SHA-256 that manifest.json must have, in hex; of several models, theirs in the same order
 *     results="page"       the page is given the findings of every film: event "result", and analyze()
 *     unsealed="allow"     where the sealed frame cannot be had, work in the page itself, and say so
 *     assets="..."         folder of the package's files, where no bundler put them beside this script
 *
 * Films and findings live in a frame that can reach nothing (room/room-frame.js). The page around keeps its network,
 * and its scripts see neither. Links inside the element are offered as example films. The height is the author's:
 * that of the window if nothing is said.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "./base/errors.js";
import { fetchExamples, linksOf } from "./page/films/examples.js";
import { makeRoomFrame, openRoom } from "./room/room-frame.js";
import { serveSupply } from "./session/remote-supply.js";
import { SCRIPT_DIGESTS } from "./session/script-digests.js";
import { cloneableInput } from "./worker/cloneable-input.js";
import { Supply, fetchScript, roomModule } from "./session/supply.js";

/** @typedef {import("./engine/input.js").Input} Input */
/** @typedef {import("./room/room-frame.js").Room} Room */
/** @typedef {import("./room/room.js").Shared} Shared */

/* In base64, as policies have it. */
const ROOM_HASH = btoa(String.fromCharCode(...(SCRIPT_DIGESTS.room.match(/../g) ?? []).map((pair) => parseInt(pair, 16))));
const STYLE = `
:host { display: block; block-size: 100vh; block-size: 100dvh; min-block-size: 24rem; }
:host([hidden]) { display: none; }
iframe, ::slotted(iframe) { display: block; inline-size: 100%; block-size: 100%; border: 0; }
.problem { margin: 0; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
`;

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
  #stop = new AbortController();
  #supply;
  #shared;
  /** @type {import("./package-files.js").AssetsOption} */ #assets;
  /** Why there is neither a room nor the same in the page. @type {EvaxError | null} */ #failure = null;
  /** @type {Promise<unknown>[]} */ #held = [];
  /** @type {Promise<Room | null>} */ #room;
  /** @type {ReturnType<typeof import("./room/room.js").openUnsealed> | null} */ #unsealed = null;

  /** @param {EvaxXray} element @param {ShadowRoot} root */
  constructor(element, root) {
    this.#element = element;
    this.#root = root;
    this.#shared = element.getAttribute("results") === "page";
    const [first = { model: "" }, ...others] = modelsOf(element);
    this.#assets = { base: element.getAttribute("assets") ?? undefined };
    this.#supply = new Supply({ ...first, others, assets: this.#assets });
    this.#room = this.#open().catch((error) => this.#fail(error));
  }

  /** @param {Promise<unknown>} work */
  hold(work) {
    this.#held.push(work);
  }

  /** @param {Input} film @param {string} name @returns {Promise<Shared | null>} */
  async read(film, name) {
    const room = await this.#room;
    const { input, transfer } = await cloneableInput(film);
    const given = { film: input, name };
    if (!room) return this.#readHere(given);
    if (this.#shared) return room.channel.call("film", given, { transfer });
    room.post(given, transfer);
    return null;
  }

  end() {
    this.#stop.abort(new EvaxError("DISPOSED"));
    this.#unsealed?.dispose();
    void this.#room.then((room) => {
      room?.close();
      room?.frame.remove();
    });
  }

  get #examples() {
    const links = linksOf(this.#element);
    return (/** @type {AbortSignal} */ signal) => fetchExamples(links, signal);
  }

  /** @returns {Promise<Room>} */
  async #open() {
    const { signal } = this.#stop;
    this.#supply.prepare(signal);
    /** @type {Room} */ let room;
    const handlers = {
      ...serveSupply(this.#supply, () => room.channel),
      examples: (/** @type {unknown} */ _, /** @type {{ signal: AbortSignal }} */ context) => {
        const examples = this.#examples(context.signal);
        this.hold(examples);
        return examples;
      },
      close: () => this.#close(room),
      result: (/** @type {Shared} */ detail) => this.#tell(detail),
    };
    const facts = { model: this.#supply.name, shared: this.#shared };
    const frame = this.#builtFrame() ?? await this.#makeFrame(signal);
    room = await openRoom(frame, ROOM_HASH, { facts, handlers }, signal);
    return room;
  }

  /** The one that came with the page, which has begun already. */
  #builtFrame() {
    const frame = this.#element.querySelector(":scope > iframe[slot=room]");
    if (!(frame instanceof HTMLIFrameElement)) return null;
    const slot = document.createElement("slot");
    slot.name = frame.slot;
    frame.hidden = false;
    this.#root.replaceChildren(slot);
    return frame;
  }

  /** @param {AbortSignal} signal */
  async #makeFrame(signal) {
    const { bytes } = await fetchScript("room", signal, this.#assets);
    const { direction } = getComputedStyle(this.#element);
    const frame = makeRoomFrame({ text: new TextDecoder().decode(bytes), hash: ROOM_HASH }, direction);
    signal.throwIfAborted();
    this.#root.replaceChildren(frame);
    return frame;
  }

  /** What is still under way is waited for; then the room can say nothing more, but for what the author asked.
   * @param {Room} room */
  async #close(room) {
    await Promise.allSettled(this.#held);
    if (!this.#shared) setTimeout(room.close); // the answer goes first
  }

  /** @param {EvaxError} error @returns {Promise<null>} */
  async #fail(error) {
    if (this.#stop.signal.aborted) return null;
    const allowed = error.code === "FRAME" && this.#element.getAttribute("unsealed") === "allow";
    if (allowed) await this.#openHere().catch((cause) => this.#say(cause));
    else this.#say(error);
    return null;
  }

  async #openHere() {
    const { openUnsealed } = await roomModule(this.#assets);
    const place = { examples: this.#examples, onShare: (/** @type {Shared} */ detail) => this.#tell(detail) };
    this.#unsealed = openUnsealed(this.#root, this.#supply, place);
  }

  /** @param {Shared} detail of a film, for the page if its author asked */
  #tell(detail) {
    if (this.#shared) this.#element.dispatchEvent(new CustomEvent("result", { detail }));
  }

  /** @param {import("./room/room.js").GivenFilm} given @returns {Promise<Shared | null>} */
  async #readHere(given) {
    if (!this.#unsealed) throw this.#failure ?? new EvaxError("STATE", "the model is not loaded yet");
    const result = await this.#unsealed.read(given);
    return this.#shared ? result : null;
  }

  /** On the screen, and to the page's code: event "error", and analyze() rejects with it. @param {EvaxError} error */
  #say(error) {
    const { message, hint = "" } = error;
    this.#failure = error;
    this.#element.dispatchEvent(new ErrorEvent("error", { message, error }));
    const line = document.createElement("p");
    line.className = "problem";
    line.setAttribute("role", "alert");
    line.textContent = `${message} ${hint}`;
    this.#root.replaceChildren(line);
  }
}

function elementStyle() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  return sheet;
}

/* Servers that render pages import this too, where there are no elements. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});

export class EvaxXray extends Base {
  /* Closed: what is in it is nobody's business, and the frame in it is not among the page's frames. */
  #root = this.attachShadow({ mode: "closed" });
  /** @type {Life | null} */ #life = null;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [elementStyle()];
    this.#life = new Life(this, this.#root);
  }

  /** Taking the element out of the page ends its workers and gives its memory back; its films are gone. */
  disconnectedCallback() {
    this.#life?.end();
    this.#life = null;
  }

  /**
   * Adds a film from code: file bytes, a Blob, ImageData, or an ImageBitmap. It is queued and shown like any other.
   * Resolves with its findings where the author asked for them (results="page"), else with null as soon as it has
   * been handed in: then nothing comes out. Rejects with an EvaxError; STATE before the model is loaded.
   * @param {Input} input
   * @param {{ name?: string }} [options] name: shown in the list
   * @returns {Promise<Shared | null>}
   */
  async analyze(input, { name = "Picture from code" } = {}) {
    if (!this.#life) throw new EvaxError("STATE", "the element is in no page");
    return this.#life.read(input, name);
  }

  /** Keeps the room from closing its door before this has settled: requests of the page that shall come before
   * the first film. @param {Promise<unknown>} work */
  holdOpen(work) {
    this.#life?.hold(work);
  }
}

if (globalThis.customElements && !customElements.get("evax-xray")) customElements.define("evax-xray", EvaxXray);
