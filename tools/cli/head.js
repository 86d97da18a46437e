/* head.js - the commands `evax head fit` and `evax head apply`: custom findings trained on films.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import { MAX_HEAD_BYTES } from "../../web/heads/head-file.js";
import { readFilms, withTeam } from "./films/bulk.js";
import { EXIT, UsageError, complain, endAfter, failureJson, note, printJson } from "./base/command.js";
import { FilmProgress } from "./films/film-progress.js";
import { pathOf } from "./base/file-names.js";
import { Films, filmsIn, filmsOf } from "./films/films.js";
import { findingsText, headReport, paragraph, printable } from "./base/report.js";
import { isStandardOutput, writeOutput } from "./base/output.js";

/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./base/command.js").Engine} Engine */
/** @typedef {import("./films/bulk.js").Team} Team */
/** @typedef {import("./base/command.js").Options} Options */

/** Whether a file begins as a head does. @param {Uint8Array} start */
const isHead = (start) => new TextDecoder().decode(start).startsWith("{\"format\":\"evax-head\"");

/** A head's file for an engine. @param {Engine} engine @param {string} file
 * @returns {Promise<Head>} */
async function readHead(engine, file) {
  const bytes = await readFile(pathOf(file)).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  if (bytes.length > MAX_HEAD_BYTES) {
    throw new EvaxError("HEAD_INVALID", `the file must be at most ${MAX_HEAD_BYTES} bytes`);
  }
  return engine.head.read(bytes.toString());
}

/** The heads of some files; null, after a message, if one of them cannot be used.
 * @param {Engine} engine @param {readonly string[]} files @returns {Promise<Head[] | null>} */
export async function openHeads(engine, files) {
  const heads = [];
  for (const file of files) {
    try {
      heads.push(await readHead(engine, file));
    } catch (error) {
      complain(error, file);
      return null;
    }
  }
  return heads;
}

/** @param {Team} team @param {Films} films @param {AbortSignal} signal */
async function examples(team, films, signal) {
  const found = [];
  for await (const { file, result } of readFilms(team, films, { signal })) {
    if (result) found.push({ name: file, embedding: result.embedding, embeddingSpace: result.embeddingSpace });
  }
  return found;
}

/** The films that show the finding, and those that do not. @param {string} positive @param {string} negative
 * @returns {Promise<[Films, Films] | null>} null, after a message, if a folder cannot be read */
async function classesIn(positive, negative) {
  /** @type {Films[]} */ const films = [];
  for (const folder of [positive, negative]) {
    try {
      films.push(await filmsIn(folder));
    } catch (error) {
      complain(error, folder);
      return null;
    }
  }
  return [films[0], films[1]];
}

/** @param {Team} team @param {[Films, Films]} films with the finding, and without @param {{ name: string, out: string }}
 * head @param {Options} options @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function fitOn(team, films, { name, out }, options, signal) {
  try {
    const [yes, no] = [await examples(team, films[0], signal), await examples(team, films[1], signal)];
    const engine = await team.engine();
    const head = await engine.head.fit({ name, positive: yes, negative: no, signal });
    const text = await engine.head.write(head);
    await writeOutput(out, text, isHead, options);
    const report = options.json ? text : `${headReport(head)}\n`;
    if (!isStandardOutput(out)) process.stdout.write(report);
    return films[0].failed(yes.length) + films[1].failed(no.length) ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    return endAfter(error, { input: name, output: out });
  }
}

/** evax head fit. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function fitHead(words, options, signal) {
  const { positive, negative, name, out } = options;
  if (words.length) throw new UsageError("head fit takes its films by --positive and --negative");
  if (!positive || !negative || !name || !out) {
    throw new UsageError("head fit needs --positive, --negative, --name and --out");
  }
  const classes = await classesIn(positive, negative);
  if (!classes) return EXIT.someFailed;
  const all = new Films(classes.flatMap(({ files }) => files));
  return withTeam(options, all, signal, (team) => fitOn(team, classes, { name, out }, options, signal));
}

/** @param {Team} team @param {{ file: string, films: Films }} what the head's file, and films
 * @param {Options} options @param {AbortSignal} signal @returns {Promise<number>} the exit status */
async function applyTo(team, { file, films }, { json, quiet }, signal) {
  const engine = await team.engine();
  const heads = await openHeads(engine, [file]);
  if (!heads) return EXIT.someFailed;
  const progress = new FilmProgress(films.files.length, { quiet });
  let done = 0;
  for await (const { file: film, result, error } of readFilms(team, films, { signal, progress })) {
    if (result) {
      const finding = await engine.head.apply(heads[0], result);
      if (json) printJson({ file: film, ok: true, finding, notice: result.notice });
      else process.stdout.write(`${printable(film)}\n${findingsText([finding])}\n\n`);
      done++;
    } else if (json) printJson(failureJson(error, film));
  }
  if (done && !json) process.stdout.write(`${paragraph(engine.info.notice)}\n`);
  const failures = films.failed(done);
  if (failures) note(`evax: ${failures} films failed`);
  return failures ? EXIT.someFailed : EXIT.done;
}

/** evax head apply. @param {string[]} words the head's file, then films @param {Options} options
 * @param {AbortSignal} signal */
export async function applyHead([file, ...words], options, signal) {
  if (!file || !words.length) throw new UsageError("head apply needs a head's file and films");
  const films = await filmsOf(words);
  return withTeam(options, films, signal, (team) => applyTo(team, { file, films }, options, signal));
}
