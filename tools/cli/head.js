/* head.js - the commands `evax head fit` and `evax head apply`: custom findings trained on films.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import { MAX_HEAD_BYTES } from "../../web/heads/head-file.js";
import { EXIT, UsageError, complain, failureJson, note, openModel, printJson } from "./command.js";
import { analysesOf } from "./embed.js";
import { pathOf } from "./file-names.js";
import { filmsIn, filmsOf } from "./films.js";
import { findingsText, headReport, paragraph, printable } from "./report.js";
import { isStandardOutput, writeOutput } from "./output.js";

/** @typedef {import("../../web/evax.js").Head} Head */
/** @typedef {import("./command.js").Engine} Engine */
/** @typedef {import("./films.js").Films} Films */
/** @typedef {import("./command.js").Options} Options */

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

/** @param {Engine} engine @param {Films} films @param {AbortSignal} signal */
async function examples(engine, films, signal) {
  const found = [];
  for await (const { file, analysis } of analysesOf(engine, films, signal)) {
    found.push({ name: file, embedding: analysis.embedding, embeddingSpace: analysis.embeddingSpace });
  }
  return found;
}

/** evax head fit. @param {string[]} words @param {Options} options @param {AbortSignal} signal */
export async function fitHead(words, options, signal) {
  const { positive, negative, name, out } = options;
  if (words.length) throw new UsageError("head fit takes its films by --positive and --negative");
  if (!positive || !negative || !name || !out) {
    throw new UsageError("head fit needs --positive, --negative, --name and --out");
  }
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  try {
    const films = [await filmsIn(positive), await filmsIn(negative)];
    const [yes, no] = [await examples(engine, films[0], signal),
      await examples(engine, films[1], signal)];
    const head = await engine.head.fit({ name, positive: yes, negative: no, signal });
    const text = await engine.head.write(head);
    await writeOutput(out, text, isHead, options);
    const report = options.json ? text : `${headReport(head)}\n`;
    if (!isStandardOutput(out)) process.stdout.write(report);
    return films[0].failed(yes.length) + films[1].failed(no.length) ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    signal.throwIfAborted();
    complain(error, name);
    return EXIT.someFailed;
  }
}

/** evax head apply. @param {string[]} words the head's file, then films @param {Options} options
 * @param {AbortSignal} signal */
export async function applyHead([file, ...words], options, signal) {
  if (!file || !words.length) throw new UsageError("head apply needs a head's file and films");
  const engine = await openModel(options, signal);
  if (!engine) return EXIT.model;
  const heads = await openHeads(engine, [file]);
  if (!heads) return EXIT.someFailed;
  const films = await filmsOf(words);
  let done = 0;
  const failed = (/** @type {string} */ film, /** @type {unknown} */ error) =>
    options.json && printJson(failureJson(error, film));
  for await (const { file: film, analysis } of analysesOf(engine, films, signal, failed)) {
    const finding = await engine.head.apply(heads[0], analysis);
    if (options.json) printJson({ file: film, ok: true, finding, notice: analysis.notice });
    else process.stdout.write(`${printable(film)}\n${findingsText([finding])}\n\n`);
    done++;
  }
  if (done && !options.json) process.stdout.write(`${paragraph(engine.info.notice)}\n`);
  const failures = films.failed(done);
  if (failures) note(`evax: ${failures} films failed`);
  return failures ? EXIT.someFailed : EXIT.done;
}
