/* bulk.js - reads many films with all of the machine, for every command that reads films.
 *
 *     const films = await filmsOf(words, options);                     which films: --files-from, --shard
 *     return withTeam(options, films, signal, async (team) => {        engines: --jobs; or exit status 3
 *       const { info } = await team.engine();
 *       for await (const { file, result, error } of readFilms(team, films, { signal, progress })) ...
 *     });
 *
 * Results come in the order of the films, whatever order they are done in; a film that fails is one of them, with
 * its error, and has been complained of. What holds no image in a folder is left out, and said. Nothing piles up
 * while the consumer is slow. `result` is the Analysis, or what `work` makes of a film on its engine:
 *
 *     const work = async (engine, bytes, { signal }) => (await engine.analyze(bytes, { signal })).findings;
 *     readFilms(team, films, { signal, progress, work })
 *
 * With one job the engine runs on the calling thread with as many threads as help, and a film is done soonest;
 * with several, each has a thread of its own, and films are done most quickly.
 * SPDX-License-Identifier: MIT */
import { availableParallelism, freemem } from "node:os";
import { EngineTeam } from "../../../web/engine/engine-team.js";
import { load } from "../../../web/evax-node.js";
import { EXIT, complain, numberOf, openWithModel, readFilm } from "../base/command.js";
import { placeOf } from "../base/file-names.js";

/** @typedef {import("../../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../../web/evax.js").Engine} Engine */
/** @typedef {import("../base/command.js").Options} Options */
/** @typedef {import("./films.js").Films} Films */
/** @typedef {EngineTeam<Engine>} Team */

/** Makes a result of a film's bytes on an engine, which does nothing else meanwhile.
 * @template Result
 * @typedef {(engine: Engine, bytes: Uint8Array, context: { signal: AbortSignal, file: string }) => Promise<Result>}
 *   Work */
/** What became of a film: one of result and error is undefined.
 * @template Result
 * @typedef {{ file: string, result?: Result, error?: unknown }} Outcome */

/* What a thread needs beside its weights: its own JavaScript, and a film while it is decoded. */
const THREAD_BYTES = 128 * 1024 * 1024;

/** Bytes that this process may still take. */
const freeBytes = () => /** @type {{ availableMemory?: () => number }} */ (process).availableMemory?.() ?? freemem();

/** Engines that fit into the memory there is. @param {Engine} engine one of them @returns {number} 1 or more */
const fitting = ({ memoryBytes }) => 1 + Math.floor(freeBytes() / (memoryBytes + THREAD_BYTES));

/** How many films to read at a time. @param {Options} options @param {number} films */
function jobsOf({ jobs, threads }, films) {
  const wanted = numberOf("jobs", jobs, 3);
  if (wanted) return wanted;
  return threads ? 1 : Math.max(1, Math.min(availableParallelism(), films));
}

/** The engines that read so many films, the first of them loaded; null, after a message, if the model cannot be used.
 * @param {Options} options @param {number} films @param {AbortSignal} signal @returns {Promise<Team | null>} */
function openTeam(options, films, signal) {
  const { model, variant } = options;
  const jobs = jobsOf(options, films);
  const alone = { threads: numberOf("threads", options.threads) };
  const how = jobs > 1 ? { threads: alone.threads ?? 1, worker: true } : alone;
  return openWithModel(options, signal, async (given) => {
    const team = new EngineTeam(jobs, () => load({ model: placeOf(model), variant, signal, ...given, ...how }));
    const engine = await team.engine();
    if (!options.jobs) team.limit(fitting(engine));
    return team;
  });
}

/**
 * Runs a command with the engines that read its films, and disposes them.
 * @param {Options} options
 * @param {Films} films
 * @param {AbortSignal} signal of the person
 * @param {(team: Team) => Promise<number>} run gives the exit status
 * @returns {Promise<number>} the exit status; EXIT.model, after a message, if the model cannot be used
 */
export async function withTeam(options, films, signal, run) {
  const team = await openTeam(options, films.files.length, signal);
  if (!team) return EXIT.model;
  try {
    return await run(team);
  } finally {
    team.dispose();
  }
}

/** Films with their bytes, the next ones being read while engines work on those before. Whoever takes the bytes gets the error.
 * @param {readonly string[]} files @param {number} count how many are read ahead @param {AbortSignal} signal
 * @returns {AsyncGenerator<{ file: string, bytes: Promise<Uint8Array> }, void>} */
async function* readAhead(files, count, signal) {
  const stop = new AbortController(), either = AbortSignal.any([signal, stop.signal]);
  /** @type {{ file: string, bytes: Promise<Uint8Array> }[]} */ const ahead = [];
  let done = false;
  try {
    for (const file of files) {
      const bytes = readFilm(file, either);
      bytes.catch(() => {});
      ahead.push({ file, bytes });
      if (ahead.length > count) yield /** @type {typeof ahead[number]} */ (ahead.shift());
    }
    yield* ahead;
    done = true;
  } finally {
    if (!done) stop.abort();
  }
}

/** @type {Work<Analysis>} */
const analysis = (engine, bytes, { signal }) => engine.analyze(bytes, { signal });

/**
 * Reads films: see above.
 * @template [Result=Analysis]
 * @param {Team} team
 * @param {Films} films
 * @param {{ signal: AbortSignal, work?: Work<Result>, progress?: import("./film-progress.js").FilmProgress }} how
 *   signal: of the person; progress: told of each film once its outcome has been taken
 * @returns {AsyncGenerator<Outcome<Result>>} rejects with the signal's reason
 */
export async function* readFilms(team, films, { signal, work = /** @type {any} */ (analysis), progress }) {
  const outcomes = team.each(readAhead(films.files, team.size, signal), async (engine, { file, bytes }, stop) => {
    const either = AbortSignal.any([signal, stop]);
    try {
      return { file, result: await work(engine, await bytes, { signal: either, file }) };
    } catch (error) {
      return { file, error };
    }
  });
  for await (const outcome of outcomes) {
    signal.throwIfAborted();
    const isLeftOut = "error" in outcome && films.leavesOut(outcome.file, outcome.error);
    if ("error" in outcome && !isLeftOut) complain(outcome.error, outcome.file);
    if (!isLeftOut) yield outcome;
    progress?.next();
  }
}
