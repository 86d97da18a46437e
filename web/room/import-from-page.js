/* import-from-page.js - import() in the room, which has no address to load from.
 *
 *     room        the first script: room.js and all that it imports, up to the first screen. It stands in the document
 *     workspace   the second: every module that those load by import(), and what these import. The page around fetches
 *                 it and compares its hash, the room puts it into its document as text, and the policy knows its hash
 *
 * tools/build/room-scripts.js makes both; in them import("./page/workspace.js") reads evaxImport("page/workspace.js").
 * The engine is in the second script, and without an engine there is no film: it is always there before the seal.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { trustedText } from "../base/trusted-types.js";

/** Modules, by their paths below web/. @typedef {Record<string, any>} Modules */
/** @typedef {typeof globalThis & { evaxImport?: (path: string) => Promise<any>, evaxSecond?: Modules }} RoomGlobal
 *   evaxSecond: set by the second script when it has run */

const room = /** @type {RoomGlobal} */ (globalThis);

/** Runs at once, unless a policy refuses it. @param {string} text */
function run(text) {
  const script = document.createElement("script");
  script.textContent = trustedText(text);
  document.head.append(script);
  script.remove();
  if (!room.evaxSecond) throw new EvaxError("FRAME", "script-src lacks the hash of the sealed frame's second script");
  return room.evaxSecond;
}

/** Makes import() work. After a failure the next import() tries again.
 * @param {() => Promise<string>} fetchScript asks the page for the text of the second script */
export function importFromPage(fetchScript) {
  /** @type {Promise<Modules> | null} */ let modules = null;
  room.evaxImport = async (path) => {
    modules ??= fetchScript().then(run);
    try {
      return (await modules)[path];
    } catch (error) {
      modules = null;
      throw error;
    }
  };
}
