/* room.js - the one script of the room: the session and all that is on the screen.
 *
 *     page    openRoom ── facts, port ──> room    ask for the model, close, then read films
 *
 * It takes its first message from the page two frames out, and films that the page's code hands in. It answers
 * with results only where the page's author asked for them; else the port is closed before there can be a film.
 * SPDX-License-Identifier: MIT */
import { removeWebRtc } from "../seal/webrtc.js";
import { App } from "../page/app.js";
import { styleSheet } from "../page/style.js";
import { Channel } from "../worker/channel.js";
import { RemoteSupply } from "../session/remote-supply.js";
import { Session } from "../session/session.js";
import { LISTENING } from "./listening.js";

/** What the page tells first.
 * @typedef {object} RoomFacts
 * @property {string} model address of the folder
 * @property {boolean} shared whether results are given to the page
 */
/** What the page is told of a film, if it asked.
 * @typedef {Pick<import("../page/films/film-queue.js").Result, "findings" | "reasons" | "notice" | "input">
 *   & { name: string }} Shared */
/** A film from the page's code. @typedef {{ film: import("../engine/input.js").Input, name: string }} GivenFilm */

/** No picture, no embedding. @param {string} name @param {import("../page/films/film-queue.js").Result} result
 * @returns {Shared} */
const sharedOf = (name, { findings, reasons, notice, input }) =>
  ({ name, findings, reasons, notice, input });

/** @param {RoomFacts} facts @param {MessagePort} port */
function open({ model, shared }, port) {
  /** @type {Channel} */ let page;
  const supply = new RemoteSupply(model, () => page);
  const session = new Session({ supply, shared });
  const app = new App(place(), session, {
    examples: (signal) => page.call("examples", null, { signal }),
    onResult: (name, result) => shared && page.call("result", sharedOf(name, result)).catch(() => {}),
  });
  page = new Channel(/** @type {any} */ (port), {
    ...supply.handlers,
    film: async (/** @type {GivenFilm} */ { film, name }) => sharedOf(name, await app.read(film, name)),
  });
  port.start();
  addEventListener("message", ({ source, data }) => {
    if (source === parent.parent && data?.film) void app.read(data.film, data.name).catch(() => {});
  });
  void app.start();
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

/** The same without a room, in the page itself.
 * @param {ShadowRoot} root
 * @param {import("../session/supply.js").SupplyPort} supply
 * @param {{ examples: import("../page/app.js").Place["examples"], onShare: (film: Shared) => void }} place
 *   onShare: told of every film that has been read */
export function openUnsealed(root, supply, { examples, onShare }) {
  root.adoptedStyleSheets = [styleSheet()];
  const onResult = (/** @type {string} */ name, /** @type {Parameters<typeof sharedOf>[1]} */ result) =>
    onShare(sharedOf(name, result));
  const app = new App(root, new Session({ supply }), { examples, onResult });
  void app.start();
  return {
    read: async (/** @type {GivenFilm} */ { film, name }) => sharedOf(name, await app.read(film, name)),
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

if (location.href === "about:srcdoc") {
  removeWebRtc();
  listen();
}
