/* film-reader-main-node.js - the thread of film-reader-node.js.
 * SPDX-License-Identifier: MIT */
import { parentPort, workerData } from "node:worker_threads";
import { EvaxError } from "../base/errors.js";
import { FilmReader } from "./film-reader.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const reader = new FilmReader(workerData);

port.on("message", async ({ raw, wanted, picture }) => {
  try {
    const film = await reader.read(raw, wanted, picture);
    const arrays = [film.crop, film.picture?.data].filter((array) => array instanceof Object);
    port.postMessage({ film, usedBytes: reader.usedBytes }, arrays.map(({ buffer }) => /** @type {ArrayBuffer} */ (buffer)));
  } catch (error) {
    const { code, detail } = error instanceof EvaxError ? error
      : new EvaxError("WASM_TRAP", /** @type {Error} */ (error).message);
    port.postMessage({ code, detail, usedBytes: reader.usedBytes });
  }
});
