/* command.js - what the commands share: exit codes, output, opening a model and a film.
 * SPDX-License-Identifier: MIT */
import { constants, createReadStream, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import { IMAGE_HEAP } from "../../web/base/limits.js";
import { EvaxError, load } from "../../web/evax-node.js";
import { pathOf } from "./file-names.js";
import { printable } from "./report.js";

/** @typedef {import("../../web/evax.js").Engine} Engine */
/** The options of the command line; each command takes some of them.
 * @typedef {{ model: string, variant: "auto" | "simd128" | "relaxed", json: boolean, out?: string,
 *   explain?: string[], method?: string, head?: string[], in?: string, count?: string,
 *   positive?: string, negative?: string, name?: string, frame?: string, dtype?: string, size?: string,
 *   card?: string, labels?: string, scoring?: string, ema?: boolean, threads?: string,
 *   force?: boolean }} Options */

export const EXIT = { done: 0, someFailed: 1, usage: 2, model: 3, interrupted: 130, pipe: 141 };

export class UsageError extends Error {}

/** @param {string} text */
export const say = (text) => process.stderr.write(`${text}\n`);

/** @param {unknown} value */
export const printJson = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** @param {unknown} error @param {string} subject */
export function complain(error, subject) {
  const { message } = /** @type {Error} */ (error);
  say(`evax: ${printable(subject)}: ${printable(message)}`);
  if (error instanceof EvaxError) say(`      ${error.hint} [${error.code}]`);
}

/** Loads the model, or says why not. @param {Options} options @param {AbortSignal} signal
 * @returns {Promise<Engine | null>} */
export async function openModel({ model, variant }, signal) {
  try {
    return await load({ model, variant, signal });
  } catch (error) {
    signal.throwIfAborted();
    complain(error, model);
    return null;
  }
}

/** What a file's bytes come from. Opening a pipe would wait for its other end, in a thread that nothing can end:
 * it is opened without waiting, and read as a socket. @param {string} file
 * @returns {Promise<import("node:stream").Readable>} */
async function streamOf(file) {
  const path = pathOf(file);
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** A film's bytes, no more than a film may have. Rejects with INPUT_UNREADABLE or IMAGE_HEAP, or at once with the
 * signal's reason. @param {string} file @param {AbortSignal} signal @returns {Promise<Uint8Array>} */
export async function readFilm(file, signal) {
  signal.throwIfAborted();
  try {
    const parts = [];
    let length = 0;
    for await (const part of addAbortSignal(signal, await streamOf(file))) {
      parts.push(part);
      length += part.length;
      if (length > IMAGE_HEAP) throw new EvaxError("IMAGE_HEAP", `a file of more than ${IMAGE_HEAP} bytes`);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {unknown} error @param {string} file */
export function failureJson(error, file) {
  const { message } = /** @type {Error} */ (error);
  const { code, hint } = error instanceof EvaxError ? error : { code: null, hint: null };
  return { file, ok: false, error: { code, message, hint } };
}
