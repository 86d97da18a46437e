/* nearest.js - the command `evax nearest`: which films of a set look most like a film.
 * SPDX-License-Identifier: MIT */
import { EvaxError, nearest } from "../../web/evax-node.js";
import { EXIT, UsageError, complain, numberOf, openModel, printJson } from "./command.js";
import { analysesOf, readSet } from "./embed.js";
import { Films, filmsOf } from "./films.js";
import { printable } from "./report.js";

/** @typedef {import("./command.js").Engine} Engine */
/** @typedef {import("./command.js").Options} Options */
/** @typedef {import("./embed.js").Embedded} Embedded */

/** @param {Engine} engine @param {string} file @returns {Promise<Embedded[]>} */
async function setOf({ info }, file) {
  const set = await readSet(file);
  const other = set.find(({ embeddingSpace = info.embeddingSpace }) => embeddingSpace !== info.embeddingSpace);
  if (other) throw new EvaxError("EMBEDDING_MODEL", `${other.name} was read by another model`);
  return set;
}

/** @param {Engine} engine @param {Films} films @param {AbortSignal} signal */
async function embedded(engine, films, signal) {
  /** @type {Embedded[]} */ const set = [];
  for await (const { file, analysis } of analysesOf(engine, films, signal)) {
    set.push({ name: file, embedding: analysis.embedding });
  }
  return set;
}

/** @param {{ film: Embedded, similarity: number }} found @param {boolean} json */
function print({ film: { name }, similarity }, json) {
  if (json) printJson({ file: name, similarity });
  else process.stdout.write(`${similarity.toFixed(4).padStart(7)}  ${printable(name)}\n`);
}

/** evax nearest. @param {string[]} words the film, then the set's films
 * @param {Options} options @param {AbortSignal} signal */
export async function nearestFilms([film, ...words], options, signal) {
  const { json, in: from } = options, count = numberOf("count", options.count, 6) ?? 5;
  if (!film) throw new UsageError("nearest needs the name of a film");
  if (!from && !words.length) throw new UsageError("nearest needs a set: more films, or --in FILE");
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  try {
    const kept = from ? await setOf(engine, from) : [];
    const [asked] = await embedded(engine, new Films([film]), signal);
    if (!asked) return EXIT.someFailed;
    const films = await filmsOf(words);
    const more = await embedded(engine, films, signal);
    const set = [...kept, ...more];
    for (const found of nearest(asked.embedding, set, count)) print(found, json);
    return films.failed(more.length) ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    complain(error, from ?? film);
    return EXIT.someFailed;
  }
}
