/* unsealed.js - the same as room.js where no frame can be had: in the page itself, which the strip then says.
 * SPDX-License-Identifier: MIT */
import { styleSheet } from "../page/style.js";
import { Session } from "../session/session.js";
import { applyHostStyle } from "./host-style.js";
import { failedOf, sharedOf, speak, startApp } from "./start-app.js";

/** @typedef {import("./start-app.js").Spoken} Spoken */
/** @typedef {import("./start-app.js").Shared} Shared */
/** @typedef {import("./start-app.js").Failed} Failed */

/**
 * @param {ShadowRoot} root
 * @param {import("../session/supply.js").SupplyPort} supply
 * @param {Spoken & { style: import("./host-style.js").HostStyle, examples: import("./start-app.js").Place["examples"],
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

