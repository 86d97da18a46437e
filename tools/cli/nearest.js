/* nearest.js - the command `evax nearest`: which films of a set look most like a film.
 * SPDX-License-Identifier: MIT */
import { EvaxError, nearest } from "../../web/evax-node.js";
import { readFilms, withTeam } from "./films/bulk.js";
import { EXIT, UsageError, endAfter, numberOf, printJson } from "./base/command.js";
import { readSet } from "./formats/embedding-set.js";
import { Films, filmsOf } from "./films/films.js";
import { printable } from "./base/report.js";

/** @typedef {import("./base/command.js").Engine} Engine */
/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {import("./films/bulk.js").Team} Team */
/** @typedef {import("./formats/embedding-set.js").Embedded} Embedded */

/** @param {Engine} engine @param {string} file @returns {Promise<Embedded[]>} */
async function setOf({ info }, file) {
  const set = await readSet(file);
  const other = set.find(({ embeddingSpace = info.embeddingSpace }) => embeddingSpace !== info.embeddingSpace);
  if (other) throw new EvaxError("EMBEDDING_MODEL", `${other.name} was read by another model`);
  return set;
}

/** @param {Team} team @param {Films} films @param {AbortSignal} signal */
async function embedded(team, films, signal) {
  /** @type {Embedded[]} */ const set = [];
  for await (const { file, result } of readFilms(team, films, { signal })) {
    if (result) set.push({ name: file, embedding: result.embedding });
  }
  return set;
}

/** @param {{ film: Embedded, similarity: number }} found @param {boolean} json */
function print({ film: { name }, similarity }, json) {
  if (json) printJson({ file: name, similarity });
  else process.stdout.write(`${similarity.toFixed(4).padStart(7)}  ${printable(name)}\n`);
}

/** @param {Team} team @param {{ film: string, films: Films }} what the film, and the set's films
 * @param {Options} options @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function nearestOf(team, { film, films }, { json, in: from, count }, signal) {
  try {
    const kept = from ? await setOf(await team.engine(), from) : [];
    const [asked] = await embedded(team, new Films([film]), signal);
    if (!asked) return EXIT.someFailed;
    const more = await embedded(team, films, signal);
    for (const found of nearest(asked.embedding, [...kept, ...more], countOf(count))) print(found, json);
    return films.failed(more.length) ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    return endAfter(error, { input: from ?? film });
  }
}

/** @param {string} [count] */
const countOf = (count) => numberOf("count", count, 6) ?? 5;

/** evax nearest. @param {string[]} words the film, then the set's films
 * @param {Options} options @param {AbortSignal} signal */
export async function nearestFilms([film, ...words], options, signal) {
  countOf(options.count);
  if (!film) throw new UsageError("nearest needs the name of a film");
  if (!options.in && !words.length) throw new UsageError("nearest needs a set: more films, or --in FILE");
  const films = await filmsOf(words);
  return withTeam(options, films, signal, (team) => nearestOf(team, { film, films }, options, signal));
}
