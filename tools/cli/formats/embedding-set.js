/* embedding-set.js - sets of embeddings in files: lines of JSON, or a NumPy file with the films' names beside it.
 * SPDX-License-Identifier: MIT */
import { readFile, stat } from "node:fs/promises";
import { EvaxError } from "../../../web/evax-node.js";
import { writeAtomically } from "../base/atomic-write.js";
import { pathOf } from "../base/file-names.js";
import { isNpy, npyOf, rowsOfNpy } from "./npy.js";
import { checkOutput, writeOutput } from "../base/output.js";

/** @typedef {import("../base/command.js").Options} Options */
/** @typedef {import("../films/result-formats.js").Format} Format */
/** A film of a set. @typedef {{ name: string, embedding: Float32Array, embeddingSpace?: string }}
 *   Embedded */

/** @param {string} line @param {number} i @returns {Embedded | null} null: not a film, or one that failed */
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
  const { file, info, embeddingSpace, embedding } = value ?? {};
  if (file === undefined && info) return null; // the first line of analyze --json
  if (!Array.isArray(embedding) || !embedding.every(Number.isFinite)) return refuse("no embedding");
  return { name: String(file ?? `line ${i + 1}`), embeddingSpace, embedding: Float32Array.from(embedding) };
}

/** What stands beside a NumPy file, which has no place for it: the model's embedding space, and each row's film.
 * @typedef {{ embeddingSpace: string, files: string[] }} RowNames */

/** @param {string} file the NumPy file @returns its companion */
const companionOf = (file) => `${file}.json`;

/** Whether a file starts as a companion does. @param {Uint8Array} start */
const isCompanion = (start) => new TextDecoder().decode(start).startsWith("{\"embeddingSpace\":");

/** The companion of a NumPy file; null if there is none. Throws SET_INVALID if it is another file's.
 * @param {string} file @param {number} rows @returns {Promise<RowNames | null>} */
async function rowNamesOf(file, rows) {
  const text = await readFile(companionOf(file), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const { embeddingSpace, files } = JSON.parse(text);
    if (typeof embeddingSpace === "string" && files.length === rows) return { embeddingSpace, files: files.map(String) };
  } catch { /* said below */ }
  throw new EvaxError("SET_INVALID", `${companionOf(file)} does not name the ${rows} rows; remove it, or embed again`);
}

/** @param {string} file @param {Buffer} bytes @returns {Promise<Embedded[]>} */
async function filmsOfNpy(file, bytes) {
  const rows = rowsOfNpy(bytes);
  const names = await rowNamesOf(file, rows.length);
  return rows.map((embedding, row) =>
    ({ name: names?.files[row] ?? `row ${row}`, embeddingSpace: names?.embeddingSpace, embedding }));
}

/**
 * A set that `evax embed`, or analyze with --json or --save, wrote: lines of JSON, or a NumPy file, whose films are named in
 * the file beside it, or without one by their rows. Throws SET_INVALID or INPUT_UNREADABLE.
 * @param {string} file
 * @returns {Promise<Embedded[]>}
 */
export async function readSet(file) {
  const bytes = await readFile(pathOf(file)).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  if (isNpy(bytes)) return filmsOfNpy(file, bytes);
  const lines = bytes.toString().split("\n").filter(Boolean);
  return lines.map(embeddedOf).filter((film) => film !== null);
}

/** @param {RowNames} names */
const companionText = (names) => `${JSON.stringify(names)}\n`;

/** Writes the NumPy file and what stands beside it, which nothing but a file has. @param {string} out
 * @param {Embedded[]} films @param {Pick<import("../../../web/evax.js").Info, "embeddingSize" | "embeddingSpace">} info @param {Options} options
 * @returns {Promise<void>} rejects as writeOutput() */
export async function writeSet(out, films, { embeddingSize, embeddingSpace }, options) {
  await writeOutput(out, npyOf(films.map(({ embedding }) => embedding), embeddingSize), isNpy, options);
  if (!(await stat(out).catch(() => null))?.isFile()) return;
  await writeOutput(companionOf(out), companionText({ embeddingSpace, files: films.map(({ name }) => name) }), isCompanion, options);
}

/** A NumPy file of records with its companion, which is there first: rows without names could be taken for others. @type {Format} */
export const NPY = {
  isOwn: isNpy,
  write: async (path, records, { info: { embeddingSize, embeddingSpace } }) => {
    const files = [], rows = [];
    for await (const { file, embedding } of records) {
      if (!embedding) continue;
      files.push(file);
      rows.push(Float32Array.from(embedding));
    }
    await checkOutput(companionOf(path), isCompanion, false);
    await writeAtomically(companionOf(path), companionText({ embeddingSpace, files }));
    await writeAtomically(path, npyOf(rows, embeddingSize));
  },
};
