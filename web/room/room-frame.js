/* room-frame.js - makes the room: a document with an origin of its own that can reach nothing.
 *
 *     page ── frame: its policy forbids frames with an address, so what is inside cannot navigate
 *               └── frame: the room, with one script, known by its hash
 *
 * Both are made from text and sandboxed without an origin: no cookies, storage, service worker, permissions or
 * popups, and no window may look into the other. Sandboxed frames can navigate only themselves, which the policy
 * of the frame around them refuses; hence two. The page has said all it will say with the first message.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { TRUSTED_NAME, trustedDocument } from "../base/trusted-types.js";
import { Channel } from "../worker/channel.js";
import { neededOfHost, roomPolicy } from "./room-policy.js";

/* Modals: printing. Downloads: what the person exports. */
const SANDBOX = "allow-scripts allow-downloads allow-modals";
/* Isolation is what threads need; without being named here it does not reach a frame in Chromium. */
const FEATURES = "cross-origin-isolated; fullscreen; clipboard-write";
/* The script has run when the frame has loaded; from then on it takes milliseconds. */
const PATIENCE_MS = 5_000;

/** @param {string} text in an attribute or an element */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("\"", "&quot;").replaceAll("<", "&lt;");

/** @param {string} policy */
const head = (policy) => `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`
  + "<meta http-equiv=\"x-dns-prefetch-control\" content=\"off\">";

/** The room's own policy says one thing more than the one it inherits, so that reports tell which one refused.
 * @param {string} script @param {string} policy @param {RoomLook} look */
const roomText = (script, policy, { title, direction }) => `<!doctype html><html lang="en" dir="${direction}">`
  + `${head(`${policy}; media-src 'none'`)}<meta name="color-scheme" content="light dark">`
  + `<title>${escaped(title)}</title><body><script type="module">${script}</script></html>`;

/* A frame that fills a frame, without a style, which a policy might refuse: a drawing as large as the window, whose
 * attributes take units of it, holds the frame, whose percents are then of something. A text like this one is never in
 * quirks mode, in which percents alone would do. */
/** @param {string} room @param {string} policy @param {RoomLook} look */
const porchText = (room, policy, { title }) => `<html lang="en">${head(policy)}<title>${escaped(title)}</title>`
  + "<body topmargin=\"0\" leftmargin=\"0\" marginwidth=\"0\" marginheight=\"0\">"
  + "<svg display=\"block\" width=\"100vw\" height=\"100vh\"><foreignObject width=\"100%\" height=\"100%\">"
  + `<iframe width="100%" height="100%" frameborder="0" sandbox="${SANDBOX}" allow="${FEATURES}" `
  + `title="${escaped(title)}" srcdoc="${escaped(room)}"></iframe></foreignObject></svg>`;

/** @typedef {import("../worker/channel.js").Handler} Handler */
/** @typedef {{ title: string, direction: string }} RoomLook direction: "ltr" or "rtl" */
/** The room, seen from the page: it can be spoken to, not looked into.
 * @typedef {object} Room
 * @property {HTMLIFrameElement} frame
 * @property {Channel} channel
 * @property {(message: unknown, transfer?: Transferable[]) => void} post to the room's window; no answer comes
 *   this way
 * @property {() => void} close from here on nothing that the room says is heard
 */

/** @param {HTMLIFrameElement} frame @param {string} text */
function fill(frame, text) {
  try {
    frame.srcdoc = trustedDocument(text);
  } catch (cause) {
    throw new EvaxError("FRAME", `trusted-types ${TRUSTED_NAME}`, { cause });
  }
}

/** The inner window. @param {HTMLIFrameElement} frame @returns {Window} */
const roomOf = ({ contentWindow }) => /** @type {any} */ (contentWindow)[0];

/** Resolves when the room's script says that it runs. @param {Promise<unknown>} said @param {string} scriptHash
 * @param {AbortSignal} signal */
const answerOf = (said, scriptHash, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(reject, PATIENCE_MS, new EvaxError("FRAME", neededOfHost(scriptHash)));
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  void said.then(resolve).finally(() => clearTimeout(timer));
});

/** A channel to the room, and when it has said that it runs. @param {Record<string, Handler>} handlers */
function openChannel(handlers) {
  const { port1: port, port2: far } = new MessageChannel();
  /** @type {(said: unknown) => void} */ let running = () => {};
  const said = new Promise((resolve) => { running = resolve; });
  const channel = new Channel(port, { ...handlers, running: () => running(true) });
  port.start();
  const close = () => {
    port.close();
    channel.close(new EvaxError("SEALED"));
  };
  return { channel, far, said, close };
}

/**
 * Makes a room and waits until its script runs. Errors: FRAME, with what the page's policy lacks; on abort the
 * signal's reason. The frame is gone then.
 * @param {ShadowRoot} root that gets the frame
 * @param {{ text: string, hash: string }} script hash: SHA-256 in base64 of text
 * @param {RoomLook} look
 * @param {{ facts: unknown, handlers: Record<string, Handler> }} page facts: what the room is told first;
 *   handlers: what it may ask for
 * @param {AbortSignal} signal
 * @returns {Promise<Room>}
 */
export async function openRoom(root, script, look, { facts, handlers }, signal) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", SANDBOX);
  frame.allow = FEATURES;
  frame.title = look.title;
  frame.scrolling = "no"; // the room scrolls within itself
  const { channel, far, said, close } = openChannel(handlers);
  try {
    const policy = roomPolicy(script.hash);
    fill(frame, porchText(roomText(script.text, policy, look), policy, look));
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    root.append(frame);
    await loaded;
    signal.throwIfAborted();
    const post = (/** @type {unknown} */ message, /** @type {Transferable[]} */ transfer = []) =>
      roomOf(frame).postMessage(message, "*", transfer);
    post(facts, [far]);
    await answerOf(said, script.hash, signal);
    return { frame, channel, post, close };
  } catch (error) {
    close();
    frame.remove();
    throw error;
  }
}
