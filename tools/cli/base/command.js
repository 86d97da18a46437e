/* command.js - what the commands share: exit codes, output, opening a model and a film.
 * SPDX-License-Identifier: MIT */
import { constants, createReadStream, openSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { addAbortSignal } from "node:stream";
import { IMAGE_HEAP } from "../../../web/base/limits.js";
import { EvaxError, load } from "../../../web/evax-node.js";
import { pathOf, placeOf } from "./file-names.js";
import { ProgressBar } from "./progress-bar.js";
import { printable } from "./report.js";

/** @typedef {import("../../../web/evax.js").Engine} Engine */
/** The options of the command line (commands.js); each command takes some of them. models: all that were named.
 * @typedef {{ model: string, models: string[], variant: "auto" | "simd128" | "relaxed", json: boolean, quiet: boolean, csv?: boolean,
 *   out?: string, explain?: string[], method?: "grad-cam" | "contribution", head?: string[], in?: string,
 *   count?: string, positive?: string, negative?: string, name?: string, frame?: string,
 *   dtype?: "q8" | "f16" | "f32", size?: string, card?: string, labels?: string, scoring?: "sigmoid" | "softmax",
 *   map?: string[], "file-column"?: string, "patient-column"?: string, "split-column"?: string, group?: string[], only?: string,
 *   split?: string, "choose-on"?: string, "baselines-on"?: string, where?: string[], rule?: string[], prevalence?: string[],
 *   recalibrate?: "platt" | "isotonic", against?: string,
 *   ema?: boolean, threads?: string, jobs?: string, "files-from"?: string,
 *   shard?: string, save?: string, resume?: boolean, force?: boolean }} Options */

/* As EXIT_TEXT of commands.js says them. */
export const EXIT = { done: 0, someFailed: 1, usage: 2, model: 3, output: 4, interrupted: 130, pipe: 141 };

export class UsageError extends Error {}

/** A whole number above 0, of an option. @param {string} option @param {string | undefined} text
 * @param {number} [digits] at most */
export function numberOf(option, text, digits = 4) {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text) || text.length > digits) {
    throw new UsageError(`--${option} must be a whole number from 1`);
  }
  return Number(text);
}

/** @param {string} text */
export const say = (text) => process.stderr.write(`${text}\n`);

let silent = false;

/** From now on without notes, or with them. @param {boolean} quiet */
export function quieten(quiet) {
  silent = quiet;
}

/** Something that one may want to know, and that --quiet leaves out. @param {string} text */
export function note(text) {
  if (!silent) say(text);
}

/** @param {unknown} value */
export const printJson = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Cures for the command line, where those for programs name what is not here.
 * @type {Partial<Record<import("../../../web/base/errors.js").ErrorCode, string>>} */
const HINTS = {
  OPTION_INVALID: "See evax help COMMAND.",
  INPUT_TYPE: "Give a PNG, JPEG or DICOM file.",
  INPUT_UNREADABLE: "Check its name and permissions.",
  MODEL_INTEGRITY: "Check where the model comes from.",
  CRYPTO_UNAVAILABLE: "Use a Node that was built with OpenSSL.",
  LABELS_NEEDED: "Say it with --labels and --scoring, or with --card.",
  HEAD_MODEL: "Name the model that it was trained with, by --model, or train it again with this one.",
  WASM_UNSUPPORTED: "Update Node, or use --variant auto.",
  WASM_LOAD: "Install the package again.",
  WASM_TRAP: "Try the film again; if it happens again, please report it.",
  MEMORY: "Close other programs, or use a smaller model.",
  VARIANT: "Use --variant auto.",
  DICOM_FRAME: "Choose one with --frame N, from 1.",
};

/** @param {EvaxError} error */
const hintOf = ({ code, hint }) => HINTS[code] ?? hint;

/** @param {string} name of a file, or "-" */
export const nameOfInput = (name) => (name === "-" ? "standard input" : printable(name));

/** @param {unknown} error @param {string} subject */
export function complain(error, subject) {
  const { message } = /** @type {Error} */ (error);
  say(`evax: ${nameOfInput(subject)}: ${printable(message)}`);
  if (error instanceof EvaxError) say(`      ${hintOf(error)} [${error.code}]`);
}

/** Whether an output cannot be written, as opposed to an input that cannot be read. @param {unknown} error */
const isOfOutput = (error) => error instanceof EvaxError && (error.code === "OUTPUT_FAILED" || error.code === "OUTPUT_EXISTS");

/** Says what went wrong. @param {unknown} error @param {{ input: string, output?: string }} names what it is about: of an output
 * that cannot be written, `output` if it is there @param {number} [status] where it is about an input
 * @returns {number} the exit status of the command */
export function endAfter(error, { input, output = input }, status = EXIT.someFailed) {
  const ofOutput = isOfOutput(error);
  complain(error, ofOutput ? output : input);
  return ofOutput ? EXIT.output : status;
}

/** How far the model is on its way; shown on a terminal only. @param {boolean} quiet */
function modelProgress(quiet) {
  const bar = process.stderr.isTTY && !quiet ? new ProgressBar(process.stderr) : null;
  return {
    /** @param {{ loadedBytes: number, totalBytes: number }} progress */
    show: ({ loadedBytes, totalBytes }) => { if (totalBytes) bar?.show("loading the model", loadedBytes, totalBytes); },
    end: () => bar?.end(),
  };
}

/** The text of the site card that was named. @param {Options} options @returns {Promise<string | undefined>} rejects with INPUT_UNREADABLE */
async function siteCardText({ card }) {
  if (card === undefined) return undefined;
  return readFile(pathOf(card), "utf8").catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", `${card}: ${cause.message}`, { cause });
  });
}

/** What a command opens with its model, progress shown meanwhile; null, after a message, if the model cannot be used.
 * @template T @param {Options} options @param {AbortSignal} signal
 * @param {(given: { card?: string, onProgress: ReturnType<typeof modelProgress>["show"] }) => Promise<T>} open
 * @returns {Promise<T | null>} */
export async function openWithModel(options, signal, open) {
  const progress = modelProgress(options.quiet);
  try {
    return await open({ card: await siteCardText(options), onProgress: progress.show });
  } catch (error) {
    signal.throwIfAborted();
    complain(error, options.model);
    return null;
  } finally {
    progress.end();
  }
}

/** Loads the model, or says why not. @param {Options} options @param {AbortSignal} signal
 * @returns {Promise<Engine | null>} */
export function openModel(options, signal) {
  const { model, variant } = options;
  const threads = numberOf("threads", options.threads);
  return openWithModel(options, signal, (given) => load({ model: placeOf(model), variant, threads, signal, ...given }));
}

/** @param {AsyncIterable<Uint8Array>} stream */
async function bytesOf(stream) {
  const parts = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    checkLength(length);
  }
  return Buffer.concat(parts);
}

/** @param {number} length of a film's file */
function checkLength(length) {
  if (length > IMAGE_HEAP) throw new EvaxError("IMAGE_HEAP", `a file of more than ${IMAGE_HEAP} bytes`);
}

/** Opening a pipe would wait for its other end, in a thread that nothing can end: it is opened without waiting, and read as a
 * socket. @param {string | Buffer} path */
const pipeOf = (path) => new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });

/** What is at a path; files in one piece, without a copy, and what does not say its size (/proc) as a stream.
 * @param {string | Buffer} path @param {AbortSignal} signal @returns {Promise<Uint8Array>} */
async function bytesAt(path, signal) {
  const found = await stat(path);
  if (found.isFIFO()) return bytesOf(addAbortSignal(signal, pipeOf(path)));
  if (!found.isFile() || !found.size) return bytesOf(addAbortSignal(signal, createReadStream(path)));
  checkLength(found.size);
  return readFile(path, { signal });
}

/** A film's bytes, no more than a film may have; of "-", standard input's. Rejects with INPUT_UNREADABLE or IMAGE_HEAP, or at once with the
 * signal's reason. @param {string} file @param {AbortSignal} signal @returns {Promise<Uint8Array>} */
export async function readFilm(file, signal) {
  signal.throwIfAborted();
  try {
    return await (file === "-" ? bytesOf(addAbortSignal(signal, process.stdin)) : bytesAt(pathOf(file), signal));
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {unknown} error @param {string} file */
export function failureJson(error, file) {
  const { message } = /** @type {Error} */ (error);
  const known = error instanceof EvaxError;
  return { file, ok: false, error: { code: known ? error.code : null, message, hint: known ? hintOf(error) : null } };
}
