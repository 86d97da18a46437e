/* evaluate.js - the command `evax evaluate`: how good a model is on labeled films, as a report and a site card.
 *
 *     films, table ── which films have a row ── read them, on all cores ── report ── text, JSON, CSV; --out: files
 *
 * SPDX-License-Identifier: MIT */
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { EvaxError } from "../../web/evax-node.js";
import { checkLabels, refusedFilm, scoredFilm } from "../../web/evaluate/evaluate.js";
import { readLabels } from "../../web/evaluate/labels/labels.js";
import { siteCardOf } from "../../web/evaluate/make-site-card.js";
import { prevalencesOf, rulesOf } from "../../web/evaluate/measure/measure-options.js";
import { reportOf } from "../../web/evaluate/report/report.js";
import { reportCsv } from "../../web/evaluate/report/report-csv.js";
import { reportPage } from "../../web/evaluate/report/report-page.js";
import { wantedFilms } from "../../web/evaluate/measure/selection.js";
import { writeAtomically } from "./base/atomic-write.js";
import { readFilms, withTeam } from "./films/bulk.js";
import { EXIT, UsageError, endAfter, note } from "./base/command.js";
import { evaluationText } from "./evaluation-text.js";
import { pathOf } from "./base/file-names.js";
import { writing } from "./base/output.js";
import { FilmProgress } from "./films/film-progress.js";
import { FilmStore, held } from "./films/film-store.js";
import { filmsOf } from "./films/films.js";

/** @typedef {import("../../web/evaluate/report/report.js").Measured} Measured */
/** @typedef {import("../../web/evaluate/report/report.js").Report} Report */
/** @typedef {import("../../web/evaluate/measure/selection.js").ScoredFilm} ScoredFilm */
/** @typedef {import("./base/command.js").Options} Options */
/** @typedef {import("./films/films.js").Films} Films */
/** What is asked for. @typedef {import("../../web/evaluate/labels/labels.js").LabelOptions & import("../../web/evaluate/report/report.js").MeasureOptions} Request */

/** @param {string} option @param {readonly string[] | undefined} texts NAME=VALUE each @returns {Record<string, string>} */
const pairsOf = (option, texts = []) => Object.fromEntries(texts.map((text) => {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new UsageError(`--${option} must be NAME=VALUE, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}));

/** @param {string} file @returns {Promise<Uint8Array>} rejects with INPUT_UNREADABLE */
const bytesOf = (file) => readFile(pathOf(file)).catch((cause) => {
  throw new EvaxError("INPUT_UNREADABLE", `${file}: ${cause.message}`, { cause });
});

/** @param {Options} options @returns {Promise<Request>} */
async function requestOf(options) {
  const only = options.only === undefined ? undefined : new TextDecoder().decode(await bytesOf(options.only));
  return {
    file: options["file-column"], patient: options["patient-column"], split: options["split-column"], groups: options.group,
    map: pairsOf("map", options.map), only, measureOn: options.split, chooseOn: options["choose-on"], baselinesOn: options["baselines-on"],
    where: pairsOf("where", options.where), name: options.name ?? basename(/** @type {string} */ (options.labels)),
    date: new Date().toISOString().slice(0, 10), rules: rulesOf(options.rule ?? []), prevalence: prevalencesOf(options.prevalence ?? []),
    recalibrate: options.recalibrate,
  };
}

/** Reads films, those that a store has not, and keeps them there. @param {import("./films/bulk.js").Team} team @param {Films} films
 * @param {FilmStore | null} store @param {Options} options @param {AbortSignal} signal */
async function scoredFilms(team, films, store, options, signal) {
  /** @type {Map<string, ScoredFilm>} */ const scored = new Map();
  /** @type {ReturnType<typeof refusedFilm>[]} */ const refused = [];
  for (const name of films.files) {
    const kept = await store?.get(name);
    if (kept) scored.set(name, kept);
  }
  if (scored.size) note(`evax: ${scored.size} films were read before`);
  films.files = films.files.filter((name) => !scored.has(name));
  const progress = new FilmProgress(films.files.length, options);
  const work = async (/** @type {import("./base/command.js").Engine} */ engine, /** @type {Uint8Array} */ bytes, /** @type {{ signal: AbortSignal, file: string }} */ context) =>
    scoredFilm(context.file, await engine.analyze(bytes, { signal: context.signal, pictures: true }));
  for await (const { file, result, error } of readFilms(team, films, { signal, progress, work })) {
    if (!result) {
      refused.push(refusedFilm(file, error));
      continue;
    }
    await store?.add(result);
    scored.set(file, held(result));
  }
  return { scored, refused };
}

/** Films of a model: read now, or kept in --out. @param {import("./films/bulk.js").Team} team @param {{ labels: Uint8Array, request: Request,
 *   films: Films, store: string }} what store: the name of its file @param {Options} options @param {AbortSignal} signal */
async function measure(team, { labels, request, films, store: file }, options, signal) {
  const engine = await team.engine(), { info } = engine;
  checkLabels(engine);
  const names = [...films.files], table = readLabels(labels, names, info.labels, request);
  const isWanted = wantedFilms(table.films, request);
  films.files = names.filter((_, i) => isWanted[i]);
  const store = options.out === undefined ? null : await FilmStore.open(join(options.out, file), info, options.force ?? false);
  try {
    const { scored, refused } = await scoredFilms(team, films, store, options, signal);
    return { names, table, measured: { info, films: names.map((name) => scored.get(name) ?? null), refused } };
  } finally {
    await store?.close();
  }
}

/** The second model's results of the same films; null without one. @param {string[]} words @param {Uint8Array} labels
 * @param {Request} request @param {Options} options @param {AbortSignal} signal @returns {Promise<Measured | null | number>} an exit status if it cannot be used */
async function secondModel(words, labels, request, options, signal) {
  if (options.against === undefined) return null;
  const films = await filmsOf(words, options);
  /** @type {Measured | null} */ let found = null;
  const status = await withTeam({ ...options, model: options.against, card: undefined }, films, signal, async (team) => {
    found = (await measure(team, { labels, request, films, store: "films-against.jsonl" }, options, signal)).measured;
    return EXIT.done;
  });
  return found ?? status;
}

/** @param {Report} report @param {Options} options */
async function write(report, { out, json, csv }) {
  const files = out === undefined ? [] : [
    ["report.json", `${JSON.stringify(report)}\n`], ["report.csv", reportCsv(report)], ["report.html", reportPage(report)],
    ["site-card.json", `${JSON.stringify(await siteCardOf(report))}\n`],
  ];
  for (const [name, text] of files) {
    await writing(writeAtomically(join(/** @type {string} */ (out), name), text));
  }
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(csv ? reportCsv(report) : evaluationText(report));
  if (out !== undefined) note(`evax: ${files.map(([name]) => name).join(", ")} in ${out}`);
}

/** @param {string[]} words @param {Options} options */
function checkWords(words, options) {
  if (!words.length && options["files-from"] === undefined) throw new UsageError("evaluate needs the name of a film or of a folder");
  if (options.labels === undefined) throw new UsageError("evaluate needs --labels LABELS.csv");
  if (options.json && options.csv) throw new UsageError("--json or --csv, not both");
}

/** evax evaluate. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function evaluateFilms(words, options, signal) {
  checkWords(words, options);
  try {
    const request = await requestOf(options);
    const labels = await bytesOf(/** @type {string} */ (options.labels));
    if (options.out !== undefined) await writing(mkdir(options.out, { recursive: true }));
    const films = await filmsOf(words, options);
    return await withTeam(options, films, signal, async (team) => {
      const first = await measure(team, { labels, request, films, store: "films.jsonl" }, options, signal);
      const other = await secondModel(words, labels, request, options, signal);
      if (typeof other === "number") return other;
      await write(await reportOf(first.measured, first.table, { ...request, signal }, other), options);
      return first.measured.refused.length ? EXIT.someFailed : EXIT.done;
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof EvaxError)) throw error;
    return endAfter(error, { input: /** @type {string} */ (options.labels), output: options.out });
  }
}
