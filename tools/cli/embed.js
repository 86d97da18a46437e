/* embed.js - the command `evax embed`: the embeddings of films.
 * SPDX-License-Identifier: MIT */
import { withTeam } from "./films/bulk.js";
import { UsageError, endAfter, failureJson, printJson } from "./base/command.js";
import { NPY, writeSet } from "./formats/embedding-set.js";
import { checkSave, runFilms } from "./films/film-run.js";
import { filmsOf } from "./films/films.js";
import { isStandardOutput } from "./base/output.js";
import { embeddingOf, headerOf } from "./films/records.js";
import { NDJSON, PARQUET } from "./films/result-formats.js";

/** @typedef {import("./films/bulk.js").Team} Team */
/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {import("./formats/embedding-set.js").Embedded} Embedded */
/** @typedef {import("./films/film-run.js").Take<import("../../web/evax.js").Analysis>} Take */
/** @typedef {import("./films/results-file.js").ResultsFile} ResultsFile */

/** By the ending of --save. */
const FORMATS = { ...NDJSON, ...PARQUET, npy: NPY };

/** Keeps each film in a file. @param {ResultsFile} file @param {import("../../web/evax.js").Info} info @returns {Take} */
const keeper = (file, info) => ({ file: name, result, error }) => {
  file.add(result ? embeddingOf(name, result, info) : failureJson(error, name));
  return result !== undefined;
};

/** Prints each film, and collects it for --out. @param {Options} options @param {import("../../web/evax.js").Info} info @param {Embedded[]} set
 * @returns {Take} */
function printer({ out }, info, set) {
  /* The rows alone, where they go to the same place. */
  const print = out && isStandardOutput(out) ? () => {} : printJson;
  return ({ file, result, error }) => {
    if (!result) {
      print(failureJson(error, file));
      return false;
    }
    const { embedding, ...record } = embeddingOf(file, result, info);
    print(out ? { ...record, row: set.length } : { ...record, embedding });
    if (out) set.push({ name: file, embedding: result.embedding });
    return true;
  };
}

/** @param {Team} team @param {import("./films/films.js").Films} films @param {Options} options @param {AbortSignal} signal */
async function embedAll(team, films, options, signal) {
  const { info } = await team.engine(), { out } = options;
  /** @type {Embedded[]} */ const set = [];
  const taker = (/** @type {ResultsFile | null} */ file) => (file ? keeper(file, info) : printer(options, info, set));
  const status = await runFilms(team, films, { header: headerOf(info, [], "embeddings"), formats: FORMATS, taker }, options, signal);
  try {
    if (out) await writeSet(out, set, info, options);
    return status;
  } catch (error) {
    return endAfter(error, { input: /** @type {string} */ (out) });
  }
}

/** evax embed. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function embed(words, options, signal) {
  if (!words.length && options["files-from"] === undefined) throw new UsageError("embed needs the name of a film");
  if (options.out && options.save) throw new UsageError("--out or --save FILE, not both");
  checkSave(options, FORMATS);
  const films = await filmsOf(words, options);
  return withTeam(options, films, signal, (team) => embedAll(team, films, options, signal));
}
