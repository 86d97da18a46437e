/* room-frame.js - makes the room: a document with an origin of its own that can reach nothing.
 *
 *     page ── frame: its policy forbids frames with an address, so what is inside cannot navigate
 *               └── frame: the room, with the first of its two scripts (import-from-page.js), known by its hash
 *
 * Both are made from text and sandboxed without an origin: no cookies, storage, service worker, permissions or
 * popups, and no window may look into the other. Sandboxed frames can navigate only themselves, which the policy
 * of the frame around them refuses; hence two. The page has said all it will say with the first message.
 * tools/build/dist.js writes the same frame into a page of its own, where it starts before any script of the page.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { TRUSTED_NAME, trustedDocument } from "../base/trusted-types.js";
import { Channel } from "../worker/channel.js";
import { LISTENING } from "./listening.js";
import { neededOfHost, roomPolicy } from "./room-policy.js";

/* Modals: printing. Downloads: what the person exports. */
const SANDBOX = "allow-scripts allow-downloads allow-modals";
/* Isolation is what threads need; without being named here it does not reach a frame in Chromium. */
const FEATURES = "cross-origin-isolated; fullscreen; clipboard-write";
/* From when the page and its frames have loaded: the script has run by then, and answers within milliseconds. */
const PATIENCE_MS = 5_000;

const TITLE = "EVA-X chest X-ray";

/** @param {string} text in an attribute */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("\"", "&quot;");

/** Of both documents. The same color scheme as around them: until they paint, they are clear. @param {string} policy */
const head = (policy) => `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`
  + "<meta http-equiv=\"x-dns-prefetch-control\" content=\"off\"><meta name=\"color-scheme\" content=\"light dark\">";

/** The room's own policy says one thing more than the one it inherits, so that reports tell which one refused.
 * @param {string} script @param {string} policy @param {string} direction */
const roomText = (script, policy, direction) => `<!doctype html><html lang="en" dir="${direction}">`
  + `${head(`${policy}; media-src 'none'`)}<title>${TITLE}</title><body><script type="module">${script}</script></html>`;

/* A frame that fills a frame, without a style that a policy might refuse: only attributes of SVG know the height of
 * what is seen; and WebKit takes that for a frame's height only by way of the font's. The frame floats, since in a line of
 * that font the place would be higher than the frame, and whatever brings a part of the room into sight would move it. */
/** @param {string} room @param {string} policy */
const porchText = (room, policy) => `<!doctype html><html lang="en">${head(policy)}<title>${TITLE}</title>`
  + "<body topmargin=\"0\" leftmargin=\"0\" marginwidth=\"0\" marginheight=\"0\">"
  + "<svg display=\"block\" width=\"100%\" height=\"100vh\" font-size=\"100vh\">"
  + "<foreignObject width=\"100%\" height=\"1em\">"
  + `<iframe width="100%" height="100%" frameborder="0" align="left" sandbox="${SANDBOX}" allow="${FEATURES}" `
  + `title="${TITLE}" srcdoc="${escaped(room)}"></iframe></foreignObject></svg>`;

/** @typedef {import("../worker/channel.js").Handler} Handler */
/** The room's first script. hashes: SHA-256 in base64 of its text, and of whatever else the room may run
 * @typedef {{ text: string, hashes: readonly string[] }} RoomScript */
/** The room, seen from the page: it can be spoken to, not looked into.
 * @typedef {object} Room
 * @property {HTMLIFrameElement} frame
 * @property {Channel} channel
 * @property {(message: unknown, transfer?: Transferable[]) => void} post to the room's window; no answer comes
 *   this way
 * @property {(why: EvaxError) => void} close from here on nothing that the room says is heard; what is asked of it
 *   rejects with that
 */

/** The text of the outer frame, with the room in it. @param {RoomScript} script @param {string} direction */
function frameText({ text, hashes }, direction) {
  const policy = roomPolicy(hashes);
  return porchText(roomText(text, policy, direction), policy);
}

/** The frame as it stands in a page that is built: a child of the element, which takes it from there.
 * @param {RoomScript} script @param {string} direction "ltr" or "rtl" */
export const roomMarkup = (script, direction) => `<iframe hidden slot="room" scrolling="no" sandbox="${SANDBOX}" allow="${FEATURES}" `
  + `title="${TITLE}" srcdoc="${escaped(frameText(script, direction))}"></iframe>`;

/** Makes the frame; it starts when it is put into a document. Errors: FRAME where Trusted Types refuse it.
 * @param {RoomScript} script @param {string} direction "ltr" or "rtl" */
export function makeRoomFrame(script, direction) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", SANDBOX);
  frame.allow = FEATURES;
  frame.title = TITLE;
  frame.scrolling = "no"; // the room scrolls within itself
  try {
    frame.srcdoc = trustedDocument(frameText(script, direction));
  } catch (cause) {
    throw new EvaxError("FRAME", `trusted-types ${TRUSTED_NAME}`, { cause });
  }
  return frame;
}

/** The inner window, once it is there: to ask for one that is not is an error. @param {HTMLIFrameElement} frame
 * @returns {Window | null} */
const roomOf = ({ contentWindow }) => (contentWindow?.length ? /** @type {any} */ (contentWindow)[0] : null);

/** @returns {Promise<void>} when this document and the frames that it came with have loaded */
const loaded = () => new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  else addEventListener("load", () => resolve(), { once: true });
});

/** Resolves when the room listens. It says so when its script runs, and again when it is asked: whichever of the two
 * documents is the first. @param {HTMLIFrameElement} frame @param {readonly string[]} hashes @param {AbortSignal} signal */
async function untilListening(frame, hashes, signal) {
  const over = new AbortController();
  try {
    await new Promise((resolve, reject) => {
      addEventListener("message", ({ source, data }) => {
        if (data === LISTENING && source === roomOf(frame)) resolve(true);
      }, { signal: over.signal });
      signal.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
      void loaded().then(() => setTimeout(reject, PATIENCE_MS, new EvaxError("FRAME", neededOfHost(hashes))));
      roomOf(frame)?.postMessage(LISTENING, "*");
    });
  } finally {
    over.abort();
  }
}

/**
 * Waits until the room's script runs, and gives it what it is told first. Errors: FRAME, with what the page's policy
 * lacks; on abort the signal's reason. The frame is gone then.
 * @param {HTMLIFrameElement} frame in the document
 * @param {readonly string[]} hashes of its scripts, as its policy names them
 * @param {{ factsNow: () => unknown, handlers: Record<string, Handler> }} page factsNow: what the room is told first, when it
 *   listens; handlers: what it may ask for
 * @param {AbortSignal} signal
 * @returns {Promise<Room>}
 */
export async function openRoom(frame, hashes, { factsNow, handlers }, signal) {
  try {
    signal.throwIfAborted();
    await untilListening(frame, hashes, signal);
  } catch (error) {
    frame.remove();
    throw error;
  }
  const { port1: port, port2: far } = new MessageChannel();
  const channel = new Channel(port, handlers);
  port.start();
  const post = (/** @type {unknown} */ message, /** @type {Transferable[]} */ transfer = []) =>
    roomOf(frame)?.postMessage(message, "*", transfer);
  post(factsNow(), [far]);
  const close = (/** @type {EvaxError} */ why) => {
    port.close();
    channel.close(why);
  };
  return { frame, channel, post, close };
}
