/* analyze.js - the command `evax analyze`: the findings of films, one film after the other.
 * SPDX-License-Identifier: MIT */
import { EXIT, UsageError, complain, note, numberOf, openModel, readFilm } from "./command.js";
import { Explainer, checkRequest } from "./explain.js";
import { FilmProgress } from "./film-progress.js";
import { filmsOf } from "./films.js";
import { openHeads } from "./head.js";
import { CsvPrinter, JsonPrinter, TextPrinter } from "./printers.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").Engine} Engine */
/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./command.js").Options} Options */
/** @typedef {import("./explain.js").Wish} Wish */
/** @typedef {import("./films.js").Films} Films */
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

/** @param {Options} options @returns {(engine: Engine) => Printer} */
function printerOf({ json, csv }) {
  if (json && csv) throw new UsageError("--json or --csv, not both");
  if (json) return (engine) => new JsonPrinter(engine.info);
  return csv ? (engine) => new CsvPrinter(engine.info) : (engine) => new TextPrinter(engine.info);
}

/** Analyzes one film and prints what came of it; false if it failed, or is none. @param {Engine} engine
 * @param {{ films: Films, explainer: Explainer | null, heads: Head[], frame?: number, printer: Printer }} extras
 * @param {string} file @param {AbortSignal} signal */
async function analyzeFilm(engine, { films, explainer, heads, frame, printer }, file, signal) {
  try {
    const pictures = explainer !== null;
    const analysis = await engine.analyze(await readFilm(file, signal), { signal, frame, pictures });
    const maps = await explainer?.explain(file, analysis, signal) ?? [];
    const customFindings = await Promise.all(heads.map((each) => engine.head.apply(each, analysis)));
    printer.film(file, analysis, customFindings, maps);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (films.leavesOut(file, error)) return false;
    printer.failure(file, error);
    complain(error, file);
    return false;
  }
}

/** evax analyze. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function analyze(words, options, signal) {
  if (words.length === 0) throw new UsageError("analyze needs the name of a film or of a folder");
  const wish = wishOf(options);
  const printer = printerOf(options);
  const frame = numberOf("frame", options.frame, 6);
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  if (wish) checkRequest(engine, wish);
  const heads = await openHeads(engine, options.head ?? []);
  if (!heads) return EXIT.someFailed;
  const films = await filmsOf(words);
  const explainer = wish && new Explainer(engine, wish);
  const extras = { films, explainer, heads, frame, printer: printer(engine) };
  const progress = new FilmProgress(films.files.length, options);
  let done = 0;
  for (const file of films.files) {
    if (await analyzeFilm(engine, extras, file, signal)) done++;
    progress.next();
  }
  const failed = films.failed(done);
  if (!done && !failed) note("evax: there is no film in what was named");
  if (failed && films.files.length > 1) note(`evax: ${failed} of ${done + failed} films failed`);
  return failed || !done ? EXIT.someFailed : EXIT.done;
}
