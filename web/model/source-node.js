/* source-node.js - sources in Node: folders of the file system, and those of source.js.
 * SPDX-License-Identifier: MIT */
import { open } from "node:fs/promises";
import { EvaxError } from "../base/errors.js";
import { fileIn, toPath } from "../base/path-node.js";
import { MAX_MANIFEST_BYTES } from "./manifest.js";
import * as web from "./source.js";

/** @typedef {import("../base/errors.js").ErrorCode} ErrorCode */
/** @typedef {import("../base/path-node.js").Path} Path */
/** @typedef {import("./source.js").Source} Source */

/** Fills `bytes` from the start of a file. @param {import("node:fs/promises").FileHandle} file
 * @param {Uint8Array} bytes @returns {Promise<Uint8Array>} the part that was filled */
async function fill(file, bytes) {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/**
 * At most `limit` bytes from the start of a file.
 * @param {Path} path
 * @param {number} limit
 * @param {ErrorCode} absent the error if they are not there
 */
async function readFile(path, limit, absent) {
  try {
    const file = await open(path);
    try {
      return await fill(file, new Uint8Array(limit));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new EvaxError(absent, /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {Path} folder @returns {Source} */
function folderSource(folder) {
  return {
    name: folder.toString(),
    attempts: 1,
    manifest: () =>
      readFile(fileIn(folder, "manifest.json"), MAX_MANIFEST_BYTES + 1, "MODEL_NOT_FOUND"),
    chunk: ({ file, bytes }) => readFile(fileIn(folder, file), bytes + 1, "CHUNK_MISSING"),
  };
}

/** @param {string | URL} place */
const isHttp = (place) => /^https?:/i.test(String(place));

/**
 * The source of a model folder: an http(s) address, a file: URL or a path.
 * @param {string | URL} model
 * @returns {Source}
 */
export function openSource(model) {
  return isHttp(model) ? web.openSource(model) : folderSource(toPath(model));
}

/**
 * A .wasm file of this package, verified: an http(s) address, a file: URL or a path.
 * @param {string | URL} place
 * @param {AbortSignal} signal
 */
export async function readWasm(place, signal) {
  if (isHttp(place)) return web.readWasm(place, signal);
  return web.verifyWasm(await readFile(toPath(place), web.MAX_WASM_BYTES, "WASM_LOAD"), place);
}
