/* embed.js - the command `evax embed`: writes the embeddings of films, and reads such a set again.
 * SPDX-License-Identifier: MIT */
import { readFile, stat } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import { readFilms, withTeam } from "./bulk.js";
import { EXIT, UsageError, complain, failureJson, note, printJson } from "./command.js";
import { pathOf } from "./file-names.js";
import { FilmProgress } from "./film-progress.js";
import { filmsOf } from "./films.js";
import { isNpy, npyOf, rowsOfNpy } from "./npy.js";
import { isStandardOutput, writeOutput } from "./output.js";

/** @typedef {import("./command.js").Options} Options */
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
 * A set that `evax embed` or `evax analyze --json` wrote: lines of JSON, or a NumPy file, whose films are named in
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

/** Writes the NumPy file and what stands beside it, which nothing but a file has. @param {string} out
 * @param {Embedded[]} films @param {import("../../web/evax.js").Info} info @param {Options} options
 * @returns {Promise<void>} rejects as writeOutput() */
async function writeSet(out, films, { embeddingSize, embeddingSpace }, options) {
  await writeOutput(out, npyOf(films.map(({ embedding }) => embedding), embeddingSize), isNpy, options);
  if (!(await stat(out).catch(() => null))?.isFile()) return;
  const names = JSON.stringify({ embeddingSpace, files: films.map(({ name }) => name) });
  await writeOutput(companionOf(out), `${names}\n`, isCompanion, options);
}

/** @param {import("./bulk.js").Team} team @param {import("./films.js").Films} films @param {Options} options
 * @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function embedAll(team, films, options, signal) {
  const { info } = await team.engine();
  /* The rows alone, where they go to the same place. */
  const print = options.out && isStandardOutput(options.out) ? () => {} : printJson;
  /** @type {Embedded[]} */ const set = [];
  const progress = new FilmProgress(films.files.length, options);
  for await (const { file, result, error } of readFilms(team, films, { signal, progress })) {
    if (!result) {
      print(failureJson(error, file));
      continue;
    }
    const { embeddingSpace, embedding } = result;
    const place = options.out ? { row: set.length } : { embedding: [...embedding] };
    print({ file, ok: true, model: info.model, embeddingSpace, ...place });
    set.push({ name: file, embedding });
  }
  const failures = films.failed(set.length);
  try {
    if (options.out) await writeSet(options.out, set, info, options);
  } catch (error) {
    complain(error, /** @type {string} */ (options.out));
    return EXIT.someFailed;
  }
  if (failures) note(`evax: ${failures} films failed`);
  return failures ? EXIT.someFailed : EXIT.done;
}

/** evax embed. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function embed(words, options, signal) {
  if (!words.length && options["files-from"] === undefined) throw new UsageError("embed needs the name of a film");
  const films = await filmsOf(words, options);
  return withTeam(options, films, signal, (team) => embedAll(team, films, options, signal));
}
