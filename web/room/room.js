/* room.js - the one script of the room: the session and all that is on the screen.
 *
 *     page    openRoom ── facts, port ──> room    ask for the model, close, then read films
 *
 * It takes its first message from the page two frames out, and later films, words of a language, and the wish to clear
 * the list. It answers with results only where the page's author asked for them; else the port is closed before there
 * can be a film.
 * SPDX-License-Identifier: MIT */
import { removeWebRtc } from "../seal/webrtc.js";
import { App } from "../page/app.js";
import { setLanguage } from "../page/base/language.js";
import { text } from "../page/base/strings.js";
import { styleSheet } from "../page/style.js";
import { Channel } from "../worker/channel.js";
import { RemoteSupply } from "../session/remote-supply.js";
import { Session } from "../session/session.js";
import { applyHostStyle } from "./host-style.js";
import { LISTENING } from "./listening.js";

/** A language, and its words; null: English. @typedef {{ language: string, words: unknown }} Spoken */
/** What the page tells first.
 * @typedef {object} RoomFacts
 * @property {string} model address of the folder
 * @property {boolean} shared whether results are given to the page
 * @property {import("./host-style.js").HostStyle} style that its author gave the element
 */
/** What the page may say later: a film, the language, the words of languages that may be chosen, or that the list is to
 * be cleared. @typedef {Partial<GivenFilm & Spoken & { languages: Record<string, unknown>, clear: true }>} Said */
/** What the page is told of a film, if it asked.
 * @typedef {Pick<import("../page/films/film-queue.js").Result, "findings" | "reasons" | "notice" | "input">
 *   & { name: string }} Shared */
/** A film that failed, if it asked. @typedef {{ name: string, code: string, detail: string }} Failed */
/** A film from the page's code. @typedef {{ film: import("../engine/input.js").Input, name: string }} GivenFilm */
/** @typedef {import("../page/app.js").Place} Place */

/** No picture, no embedding. @param {string} name @param {import("../page/films/film-queue.js").Result} result
 * @returns {Shared} */
const sharedOf = (name, { findings, reasons, notice, input }) =>
  ({ name, findings, reasons, notice, input });

/** @param {string} name @param {any} error @returns {Failed} */
const failedOf = (name, { code = "", detail, message }) => ({ name, code, detail: code ? detail : String(message) });

/** @param {Spoken} spoken */
function speak({ language, words }) {
  setLanguage(language, words);
  if (location.href === ROOM) document.documentElement.lang = words ? language : "en";
}

/** The app, with what the page's code may ask of it. @param {ShadowRoot} root @param {Session} session
 * @param {Omit<Place, "languages">} place @param {(code: string) => Promise<unknown>} wordsOf a language, while they can be had */
function startApp(root, session, place, wordsOf) {
  /** @type {(value?: unknown) => void} */ let opened = () => {};
  const ready = new Promise((resolve) => { opened = resolve; });
  /** @type {Record<string, unknown>} */ let handed = {};
  const languages = { choose: async (/** @type {string} */ code) => {
    const words = code === "en" ? null : handed[code] ?? await wordsOf(code);
    speak({ language: code, words });
    app.relabel();
  } };
  const app = new App(root, session, { ...place, languages, onReady: () => {
    opened();
    place.onReady?.();
  } });
  void app.start();
  const read = async (/** @type {GivenFilm} */ { film, name }) => {
    await ready;
    const shown = name || text.films.fromCode;
    return sharedOf(shown, await app.read(film, shown));
  };
  const hear = (/** @type {Said} */ said) => {
    if (said.film) void read(/** @type {GivenFilm} */ (said)).catch(() => {}); // the list says why
    if (said.clear) void ready.then(() => app.clear()); // films that came before it are on the list then
    if (said.languages) handed = said.languages;
    if (said.language === undefined) return;
    speak(/** @type {Spoken} */ (said));
    app.relabel();
  };
  return { app, read, hear };
}

/** @param {RoomFacts & Spoken} facts @param {MessagePort} port */
function open({ model, shared, style, ...spoken }, port) {
  speak(spoken);
  /** @type {Channel} */ let page;
  const supply = new RemoteSupply(model, () => page);
  const root = place();
  applyHostStyle(/** @type {HTMLElement} */ (root.host), style);
  const tell = (/** @type {string} */ what, /** @type {unknown} */ detail) =>
    void (shared && page.call(what, detail).catch(() => {}));
  page = new Channel(/** @type {any} */ (port), {
    ...supply.handlers,
    film: (/** @type {GivenFilm} */ given) => started.read(given),
  });
  const started = startApp(root, new Session({ supply, shared }), {
    drops: document,
    examples: (signal) => page.call("examples", null, { signal }),
    onResult: (name, result) => tell("result", sharedOf(name, result)),
    onFailed: (name, error) => tell("failed", failedOf(name, error)),
  }, (code) => page.call("language", { code }));
  port.start();
  addEventListener("message", ({ source, data }) => {
    if (source === parent.parent && typeof data === "object" && data) started.hear(data);
  });
}

/* The address of the document that this script is for. */
const ROOM = "about:srcdoc";

const BARE = "html, body { margin: 0; } h1 { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; "
  + "clip-path: inset(50%); }";

/** Where everything on the screen lives: as in the element of a page, whose name it has. */
function place() {
  const heading = document.createElement("h1");
  heading.textContent = document.title;
  const host = document.createElement("evax-xray");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styleSheet()];
  const bare = new CSSStyleSheet();
  bare.replaceSync(BARE);
  document.adoptedStyleSheets = [bare];
  const main = document.createElement("main");
  main.append(heading, host);
  document.body.append(main);
  return root;
}

/** The same without a room, in the page itself.
 * @param {ShadowRoot} root
 * @param {import("../session/supply.js").SupplyPort} supply
 * @param {Spoken & { style: import("./host-style.js").HostStyle, examples: Place["examples"],
 *   wordsOf: (code: string) => Promise<unknown>, onReady: () => void, onShare: (film: Shared) => void,
 *   onFailed: (film: Failed) => void }} around onShare, onFailed: told of every film that has been read, or could not be */
export function openUnsealed(root, supply, { style, examples, wordsOf, onReady, onShare, onFailed, ...spoken }) {
  speak(spoken);
  root.adoptedStyleSheets = [styleSheet()];
  applyHostStyle(/** @type {HTMLElement} */ (root.host), style);
  const { app, read, hear } = startApp(root, new Session({ supply }), {
    drops: /** @type {HTMLElement} */ (root.host),
    examples,
    onReady,
    onResult: (name, result) => onShare(sharedOf(name, result)),
    onFailed: (name, error) => onFailed(failedOf(name, error)),
  }, wordsOf);
  return {
    read,
    clear: () => hear({ clear: true }),
    speak: (/** @type {Spoken} */ said) => hear(said),
    dispose: () => app.dispose(),
  };
}

/** The page may be there before this script or after it: it asks, and is answered. */
function listen() {
  const page = parent.parent;
  addEventListener("message", function take({ source, data, ports }) {
    if (source !== page) return;
    if (data === LISTENING) page.postMessage(LISTENING, "*");
    if (ports.length !== 1) return;
    removeEventListener("message", take);
    open(data, ports[0]);
  });
  page.postMessage(LISTENING, "*");
}

if (location.href === ROOM) {
  removeWebRtc();
  listen();
}
