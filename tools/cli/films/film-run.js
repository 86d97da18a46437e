/* film-run.js - a run over films, for every command that can keep what comes of each in the file of --save and go on there.
 *
 *     films ── read ── outcomes, in order ── taken, counted ── exit status
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../../web/evax-node.js";
import { readFilms } from "./bulk.js";
import { EXIT, UsageError, endAfter, note } from "../base/command.js";
import { FilmProgress } from "./film-progress.js";
import { printable } from "../base/report.js";
import { formatOf } from "./result-formats.js";
import { ResultsFile } from "./results-file.js";

/** @typedef {import("../base/command.js").Options} Options */
/** @typedef {import("./films.js").Films} Films */
/** @typedef {import("./result-formats.js").Formats} Formats */
/** Prints or keeps what came of a film; says whether it did not fail.
 * @template Result
 * @typedef {(outcome: import("./bulk.js").Outcome<Result>) => boolean | Promise<boolean>} Take */
/** header, formats: of the file; taker: what takes the outcomes, given the file if there is one; work: as of readFilms().
 * @template Result
 * @typedef {{ header: import("./records.js").Header, formats: Formats, work?: import("./bulk.js").Work<Result>,
 *   taker: (file: ResultsFile | null) => Take<Result> }} Run */

/** Refuses a name whose ending names no format, and --resume without a file. @param {Options} options @param {Formats} formats */
export function checkSave({ save, resume }, formats) {
  if (resume && !save) throw new UsageError("--resume goes with --save FILE");
  if (save === undefined || formatOf(save, formats) !== undefined) return;
  const endings = Object.keys(formats).filter((ending) => ending !== "jsonl").map((ending) => `.${ending}`);
  throw new UsageError(`--save must be a name that ends in ${endings.slice(0, -1).join(", ")} or ${endings.at(-1)}`);
}

/** Ends the file. @param {ResultsFile} file @param {string} name @param {boolean} complete @param {number} all films of the run */
async function finish(file, name, complete, all) {
  await file.close(complete);
  note(complete ? `evax: ${file.films} films are in ${printable(name)}`
    : `evax: ${file.films} of ${all} films are in ${printable(name)}; --resume goes on`);
}

/** @param {Films} films @param {number} done of these, that did not fail @param {{ done: number, failed: number }} before
 * @param {Options} options @returns {number} the exit status */
function exitOf(films, done, before, { shard }) {
  const failed = films.failed(done) + before.failed;
  const none = !done && !failed && !before.done && !shard; // a part may be empty
  if (none) note("evax: there is no film in what was named");
  const all = done + before.done - before.failed + failed;
  if (failed && all > 1) note(`evax: ${failed} of ${all} films failed`);
  return failed || none ? EXIT.someFailed : EXIT.done;
}

/** @template Result @param {import("./bulk.js").Team} team @param {Films} films @param {Run<Result>} run @param {Options} options
 * @param {AbortSignal} signal */
async function runAll(team, films, { header, formats, work, taker }, options, signal) {
  const { save = "" } = options;
  const file = save ? await ResultsFile.open(save, header, options, films.files, formats) : null;
  const before = file?.before ?? { done: 0, failed: 0 }, all = films.files.length + before.done;
  let [done, complete] = [0, false];
  try {
    const take = taker(file), progress = new FilmProgress(films.files.length, options, before.done);
    for await (const outcome of readFilms(team, films, { signal, progress, work })) if (await take(outcome)) done++;
    complete = true;
  } finally {
    if (file) await finish(file, save, complete, all);
  }
  return exitOf(films, done, before, options);
}

/**
 * Reads the films and has each taken.
 * @template [Result=import("../../../web/evax.js").Analysis]
 * @param {import("./bulk.js").Team} team
 * @param {Films} films those that the file has already are taken off
 * @param {Run<Result>} run
 * @param {Options} options
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the exit status, after a message if the file cannot be used
 */
export async function runFilms(team, films, run, options, signal) {
  return runAll(team, films, run, options, signal).catch((error) => {
    signal.throwIfAborted();
    if (!(error instanceof EvaxError && options.save)) throw error;
    return endAfter(error, { input: options.save });
  });
}
