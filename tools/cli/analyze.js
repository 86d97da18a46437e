/* analyze.js - the command `evax analyze`: the findings of films.
 * SPDX-License-Identifier: MIT */
import { readFilms, withTeam } from "./bulk.js";
import { EXIT, UsageError, complain, note, numberOf } from "./command.js";
import { MapFolder, checkRequest, mapsOf } from "./explain.js";
import { FilmProgress } from "./film-progress.js";
import { filmsOf } from "./films.js";
import { openHeads } from "./head.js";
import { RecordPrinter, TextPrinter, csvPrinter, jsonPrinter } from "./printers.js";
import { headerOf } from "./records.js";
import { printable } from "./report.js";
import { ResultsFile } from "./results-file.js";
import { EvaxError } from "../../web/evax-node.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/evax.js").Finding} Finding */
/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./command.js").Options} Options */
/** @typedef {import("./explain.js").Drawing} Drawing */
/** @typedef {import("./explain.js").Wish} Wish */
/** @typedef {import("./printers.js").Printer} Printer */

/** The attention maps that are asked for; null for none. @param {Options} options @returns {Wish | null} */
function wishOf({ explain: labels = [], method, out, json, save }) {
  if (!labels.length) {
    if (method ?? out) throw new UsageError("--method and --out go with --explain");
    return null;
  }
  if (!out && !json && !save) throw new UsageError("--explain needs --out DIR, --json or both");
  return { labels, method: method ?? "grad-cam", out };
}

/** @param {Options} options */
const frameOf = ({ frame }) => numberOf("frame", frame, 6);

/** Refuses what does not go together. @param {Options} options */
function checkOutputs({ json, csv, save, resume }) {
  if ([json, csv, save].filter(Boolean).length > 1) throw new UsageError("--json or --csv, or --save FILE, not both");
  if (resume && !save) throw new UsageError("--resume goes with --save FILE");
  ResultsFile.check(save);
}

/** @param {Options} options @param {Readonly<import("../../web/evax.js").Info>} info @param {Head[]} heads
 * @param {ResultsFile | null} file @returns {Printer} */
function printerOf({ json, csv }, info, heads, file) {
  const header = headerOf(info, heads);
  if (file) return new RecordPrinter(header, (record) => file.add(record));
  if (json) return jsonPrinter(header);
  return csv ? csvPrinter(header) : new TextPrinter(info);
}

/** @typedef {{ analysis: Analysis, customFindings: Finding[], drawings: Drawing[] }} Result */

/** What is done with each film. @param {{ wish: Wish | null, heads: Head[], frame?: number }} wanted
 * @returns {import("./bulk.js").Work<Result>} */
const workOf = ({ wish, heads, frame }) => async (engine, bytes, { signal }) => {
  const analysis = await engine.analyze(bytes, { signal, frame, pictures: wish !== null });
  const drawings = wish ? await mapsOf(engine, wish, analysis, signal) : [];
  const customFindings = await Promise.all(heads.map((each) => engine.head.apply(each, analysis)));
  return { analysis: withoutPictures(analysis), customFindings, drawings };
};

/** @param {Analysis} analysis @returns {Analysis} which may wait for others, without what is large */
const withoutPictures = ({ picture: _picture, seen: _seen, deep: _deep, ...analysis }) => analysis;

/** Writes a film's maps; after a message their error, if they cannot be written. @param {MapFolder} folder
 * @param {string} file @param {Drawing[]} drawings */
async function drawn(folder, file, drawings) {
  try {
    return { maps: await folder.write(file, drawings) };
  } catch (error) {
    complain(error, file);
    return { error };
  }
}

/** Prints what came of a film; false if it failed. @param {Printer} printer @param {MapFolder} folder
 * @param {import("./bulk.js").Outcome<Result>} outcome */
async function print(printer, folder, { file, result, error }) {
  const written = result ? await drawn(folder, file, result.drawings) : { error };
  if (result && written.maps) printer.film(file, result.analysis, result.customFindings, written.maps);
  else printer.failure(file, written.error);
  return written.maps !== undefined;
}

/** @typedef {{ films: import("./films.js").Films, wish: Wish | null, heads: Head[], file: ResultsFile | null }} Run */

/** Reads the films and prints what comes of them. @param {import("./bulk.js").Team} team @param {Run} run
 * @param {Options} options @param {AbortSignal} signal @returns {Promise<number>} how many did not fail */
async function readAll(team, { films, wish, heads, file }, options, signal) {
  const { info } = await team.engine();
  const [printer, folder] = [printerOf(options, info, heads, file), new MapFolder(wish?.out)];
  const progress = new FilmProgress(films.files.length, options, file?.before.done);
  const work = workOf({ wish, heads, frame: frameOf(options) });
  let done = 0;
  for await (const outcome of readFilms(team, films, { signal, progress, work })) {
    if (await print(printer, folder, outcome)) done++;
  }
  return done;
}

/** The same, into a file. @type {typeof readAll} */
async function saveAll(team, run, options, signal) {
  const file = /** @type {ResultsFile} */ (run.file);
  const all = run.films.files.length + file.before.done;
  let complete = false;
  try {
    const done = await readAll(team, run, options, signal);
    complete = true;
    return done;
  } finally {
    await file.close(complete);
    note(complete ? `evax: ${file.films} films are in ${printable(options.save ?? "")}`
      : `evax: ${file.films} of ${all} films are in ${printable(options.save ?? "")}; --resume goes on`);
  }
}

/** @param {import("./bulk.js").Team} team @param {Omit<Run, "heads" | "file">} what @param {Options} options
 * @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function analyzeAll(team, { films, wish }, options, signal) {
  const engine = await team.engine();
  if (wish) checkRequest(engine, wish);
  const heads = await openHeads(engine, options.head ?? []);
  if (!heads) return EXIT.someFailed;
  const { save } = options;
  const file = save ? await ResultsFile.open(save, headerOf(engine.info, heads), options, films.files) : null;
  const before = file?.before ?? { done: 0, failed: 0 };
  const done = await (file ? saveAll : readAll)(team, { films, wish, heads, file }, options, signal);
  const failed = films.failed(done) + before.failed;
  const none = !done && !failed && !before.done && !options.shard; // a part may be empty
  if (none) note("evax: there is no film in what was named");
  const all = done + before.done - before.failed + failed;
  if (failed && all > 1) note(`evax: ${failed} of ${all} films failed`);
  return failed || none ? EXIT.someFailed : EXIT.done;
}

/** evax analyze. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function analyze(words, options, signal) {
  if (!words.length && options["files-from"] === undefined) {
    throw new UsageError("analyze needs the name of a film or of a folder");
  }
  const wish = wishOf(options);
  checkOutputs(options);
  frameOf(options);
  const films = await filmsOf(words, options);
  return withTeam(options, films, signal, (team) => analyzeAll(team, { films, wish }, options, signal).catch((error) => {
    signal.throwIfAborted();
    if (!(error instanceof EvaxError && options.save)) throw error;
    complain(error, options.save);
    return EXIT.someFailed;
  }));
}
