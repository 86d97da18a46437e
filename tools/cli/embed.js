/* embed.js - the command `evax embed`: writes the embeddings of films, and reads such a set again.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import {
  EXIT, UsageError, complain, failureJson, openModel, printJson, readFilm, say,
} from "./command.js";
import { filmsOf } from "./films.js";
import { isNpy, npyOf, rowsOfNpy } from "./npy.js";
import { isStandardOutput, writeOutput } from "./output.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("./command.js").Engine} Engine */
/** @typedef {import("./films.js").Films} Films */
/** @typedef {import("./command.js").Options} Options */
/** A film of a set. @typedef {{ name: string, embedding: Float32Array, embeddingSpace?: string }}
 *   Embedded */

/**
 * Analyzes films one after the other; a film that fails is reported and skipped.
 * @param {Engine} engine
 * @param {Films} films
 * @param {AbortSignal} signal
 * @param {(file: string, error: unknown) => void} [onFailure]
 * @returns {AsyncGenerator<{ file: string, analysis: Analysis }>}
 */
export async function* analysesOf(engine, films, signal, onFailure = () => {}) {
  for (const file of films.files) {
    try {
      yield { file, analysis: await engine.analyze(await readFilm(file, signal), { signal }) };
    } catch (error) {
      signal.throwIfAborted();
      if (films.leavesOut(file, error)) continue;
      onFailure(file, error);
      complain(error, file);
    }
  }
}

/** @param {string} line @param {number} i @returns {Embedded | null} null: a film that failed */
function embeddedOf(line, i) {
  const refuse = (/** @type {string} */ problem) => {
    throw new EvaxError("SET_INVALID", `line ${i + 1}: ${problem}`);
  };
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse("not JSON");
  }
  if (value?.ok === false) return null;
  const { file, embeddingSpace, embedding } = value ?? {};
  if (!Array.isArray(embedding) || !embedding.every(Number.isFinite)) return refuse("no embedding");
  return { name: String(file ?? `line ${i + 1}`), embeddingSpace, embedding: Float32Array.from(embedding) };
}

/**
 * A set that `evax embed` or `evax analyze --json` wrote: lines of JSON, or a NumPy file, whose
 * films have no names but their rows. Throws SET_INVALID or INPUT_UNREADABLE.
 * @param {string} file
 * @returns {Promise<Embedded[]>}
 */
export async function readSet(file) {
  const bytes = await readFile(file).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  if (isNpy(bytes)) {
    return rowsOfNpy(bytes).map((embedding, row) => ({ name: `row ${row}`, embedding }));
  }
  const lines = bytes.toString().split("\n").filter(Boolean);
  return lines.map(embeddedOf).filter((film) => film !== null);
}

/** evax embed. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function embed(words, options, signal) {
  if (words.length === 0) throw new UsageError("embed needs the name of a film");
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  const films = await filmsOf(words);
  /* The rows alone, where they go to the same place. */
  const print = options.out && isStandardOutput(options.out) ? () => {} : printJson;
  /** @type {Float32Array[]} */ const rows = [];
  const failed = (/** @type {string} */ file, /** @type {unknown} */ error) => print(failureJson(error, file));
  for await (const { file, analysis } of analysesOf(engine, films, signal, failed)) {
    const { embeddingSpace, embedding } = analysis;
    const place = options.out ? { row: rows.length } : { embedding: [...embedding] };
    print({ file, ok: true, model: engine.info.model, embeddingSpace, ...place });
    rows.push(embedding);
  }
  const failures = films.failed(rows.length);
  if (options.out) await writeOutput(options.out, npyOf(rows, engine.info.embeddingSize), isNpy, options);
  if (failures) say(`evax: ${failures} films failed`);
  return failures ? EXIT.someFailed : EXIT.done;
}
