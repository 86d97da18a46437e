/* room.js - the first script of the room: all that is on the screen until a person has accepted the model.
 *
 *     page    openRoom ── facts, port ──> room    ask for the second script and the model, close, then read films
 *
 * It takes its first message from the page two frames out, and later films, words of a language, and the wish to clear
 * the list. It answers with results only where the page's author asked for them; else the port is closed before there
 * can be a film.
 * SPDX-License-Identifier: MIT */
import { removeWebRtc } from "../seal/webrtc.js";
import { painted } from "../page/base/dom.js";
import { styleSheet } from "../page/style.js";
import { Channel } from "../worker/channel.js";
import { RemoteSupply } from "../session/remote-supply.js";
import { Session } from "../session/session.js";
import { applyHostStyle } from "./host-style.js";
import { importFromPage } from "./import-from-page.js";
import { LISTENING } from "./listening.js";
import { failedOf, sharedOf, speak, startApp } from "./start-app.js";

/** @typedef {import("./start-app.js").Spoken} Spoken */
/** @typedef {import("./start-app.js").GivenFilm} GivenFilm */
/** What the page tells first.
 * @typedef {object} RoomFacts
 * @property {string} model address of the folder
 * @property {boolean} shared whether results are given to the page
 * @property {import("./host-style.js").HostStyle} style that its author gave the element
 * @property {import("../session/supply.js").FirstAnswers | null} answers to what a session asks first, where all are there
 */

/** @param {RoomFacts & Spoken} facts @param {MessagePort} port */
function open({ model, shared, style, answers, ...spoken }, port) {
  speak(spoken);
  /** @type {Channel} */ let page;
  const supply = new RemoteSupply(model, () => page, answers);
  const root = place();
  applyHostStyle(/** @type {HTMLElement} */ (root.host), style);
  const tell = (/** @type {string} */ what, /** @type {unknown} */ detail) =>
    void (shared && page.call(what, detail).catch(() => {}));
  page = new Channel(/** @type {any} */ (port), {
    ...supply.handlers,
    film: (/** @type {GivenFilm} */ given) => started.read(given),
  });
  importFromPage(() => page.call("secondScript", null));
  const started = startApp(root, new Session({ supply, shared }), {
    drops: document,
    examples: (signal) => page.call("examples", null, { signal }),
    onResult: (name, result) => tell("result", sharedOf(name, result)),
    onFailed: (name, error) => tell("failed", failedOf(name, error)),
  }, (code) => page.call("language", { code }));
  void painted().then(() => page.call("painted", null)).catch(() => {}); // what lies below the frame is not seen in any case
  port.start();
  addEventListener("message", ({ source, data }) => {
    if (source === parent.parent && typeof data === "object" && data) started.hear(data);
  });
}

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

removeWebRtc();
listen();
