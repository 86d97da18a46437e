/* analyze.js - the command `evax analyze`: the findings of films.
 * SPDX-License-Identifier: MIT */
import { withTeam } from "./films/bulk.js";
import { EXIT, UsageError, endAfter, numberOf } from "./base/command.js";
import { MapFolder, checkRequest, mapsOf } from "./explain.js";
import { checkSave, runFilms } from "./films/film-run.js";
import { filmsOf } from "./films/films.js";
import { openHeads } from "./head.js";
import { RecordPrinter, TextPrinter, csvPrinter, jsonPrinter } from "./films/printers.js";
import { headerOf } from "./films/records.js";
import { CSV, NDJSON, PARQUET } from "./films/result-formats.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/evax.js").Finding} Finding */
/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {import("./explain.js").Drawing} Drawing */
/** @typedef {import("./explain.js").Wish} Wish */
/** @typedef {import("./films/printers.js").Printer} Printer */
/** @typedef {import("./films/results-file.js").ResultsFile} ResultsFile */

/** By the ending of --save. */
const FORMATS = { ...NDJSON, ...CSV, ...PARQUET };

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
function checkOutputs(options) {
  const { json, csv, save } = options;
  if ([json, csv, save].filter(Boolean).length > 1) throw new UsageError("--json or --csv, or --save FILE, not both");
  checkSave(options, FORMATS);
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
 * @returns {import("./films/bulk.js").Work<Result>} */
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
    const status = endAfter(error, { input: file });
    folder.refused ||= status === EXIT.output;
    return { error };
  }
}

/** Prints what came of a film; false if it failed. @param {Printer} printer @param {MapFolder} folder
 * @param {import("./films/bulk.js").Outcome<Result>} outcome */
async function print(printer, folder, { file, result, error }) {
  const written = result ? await drawn(folder, file, result.drawings) : { error };
  if (result && written.maps) printer.film(file, result.analysis, result.customFindings, written.maps);
  else printer.failure(file, written.error);
  return written.maps !== undefined;
}

/** @param {import("./films/bulk.js").Team} team @param {import("./films/films.js").Films} films @param {Wish | null} wish @param {Options} options
 * @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function analyzeAll(team, films, wish, options, signal) {
  const engine = await team.engine(), { info } = engine;
  if (wish) checkRequest(engine, wish);
  const heads = await openHeads(engine, options.head ?? []);
  if (!heads) return EXIT.someFailed;
  const folder = new MapFolder(wish?.out);
  const status = await runFilms(team, films, {
    header: headerOf(info, heads), formats: FORMATS, work: workOf({ wish, heads, frame: frameOf(options) }),
    taker: (file) => {
      const printer = printerOf(options, info, heads, file);
      return (outcome) => print(printer, folder, outcome);
    },
  }, options, signal);
  return status === EXIT.someFailed && folder.refused ? EXIT.output : status;
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
  return withTeam(options, films, signal, (team) => analyzeAll(team, films, wish, options, signal));
}
