/* analyze.js - the command `evax analyze`: the findings of films.
 * SPDX-License-Identifier: MIT */
import { readFilms, withTeam } from "./bulk.js";
import { EXIT, UsageError, complain, note, numberOf } from "./command.js";
import { MapFolder, checkRequest, mapsOf } from "./explain.js";
import { FilmProgress } from "./film-progress.js";
import { filmsOf } from "./films.js";
import { openHeads } from "./head.js";
import { CsvPrinter, JsonPrinter, TextPrinter } from "./printers.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/evax.js").Finding} Finding */
/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./command.js").Options} Options */
/** @typedef {import("./explain.js").Drawing} Drawing */
/** @typedef {import("./explain.js").Wish} Wish */
/** @typedef {import("./printers.js").Printer} Printer */

/** The attention maps that are asked for; null for none. @param {Options} options @returns {Wish | null} */
function wishOf({ explain: labels = [], method, out, json }) {
  if (!labels.length) {
    if (method ?? out) throw new UsageError("--method and --out go with --explain");
    return null;
  }
  if (!out && !json) throw new UsageError("--explain needs --out DIR, --json or both");
  return { labels, method: method ?? "grad-cam", out };
}

/** @param {Options} options */
const frameOf = ({ frame }) => numberOf("frame", frame, 6);

/** @param {Options} options @returns {(engine: Engine) => Printer} */
function printerOf({ json, csv }) {
  if (json && csv) throw new UsageError("--json or --csv, not both");
  if (json) return (engine) => new JsonPrinter(engine.info);
  return csv ? (engine) => new CsvPrinter(engine.info) : (engine) => new TextPrinter(engine.info);
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

/** Prints what came of a film; false if it failed. @param {Printer} printer @param {MapFolder} folder
 * @param {import("./bulk.js").Outcome<Result>} outcome */
async function print(printer, folder, { file, result, error }) {
  try {
    if (!result) throw error;
    printer.film(file, result.analysis, result.customFindings, await folder.write(file, result.drawings));
    return true;
  } catch (failure) {
    printer.failure(file, failure);
    if (result) complain(failure, file);
    return false;
  }
}

/** Reads the films and prints what comes of them. @param {import("./bulk.js").Team} team
 * @param {{ films: import("./films.js").Films, wish: Wish | null, printerFor: (engine: Engine) => Printer }} what
 * @param {Options} options @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function analyzeAll(team, { films, wish, printerFor }, options, signal) {
  const engine = await team.engine();
  if (wish) checkRequest(engine, wish);
  const heads = await openHeads(engine, options.head ?? []);
  if (!heads) return EXIT.someFailed;
  const [printer, folder] = [printerFor(engine), new MapFolder(wish?.out)];
  const progress = new FilmProgress(films.files.length, options);
  const work = workOf({ wish, heads, frame: frameOf(options) });
  let done = 0;
  for await (const outcome of readFilms(team, films, { signal, progress, work })) {
    if (await print(printer, folder, outcome)) done++;
  }
  const failed = films.failed(done);
  const none = !done && !failed && !options.shard; // a part may be empty
  if (none) note("evax: there is no film in what was named");
  if (failed && films.files.length > 1) note(`evax: ${failed} of ${done + failed} films failed`);
  return failed || none ? EXIT.someFailed : EXIT.done;
}

/** evax analyze. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function analyze(words, options, signal) {
  if (!words.length && options["files-from"] === undefined) {
    throw new UsageError("analyze needs the name of a film or of a folder");
  }
  const wish = wishOf(options);
  const printerFor = printerOf(options);
  frameOf(options);
  const films = await filmsOf(words, options);
  return withTeam(options, films, signal, (team) => analyzeAll(team, { films, wish, printerFor }, options, signal));
}
