/* results-file.js - the results of many films in a file that grows film by film, and that a run which was stopped can
 * be gone on with.
 *
 *     films ── records ── journal: lines of JSON, the header first ── at the end: the file, in its format
 *
 * The journal of FILE.ndjson is the file itself. That of another format lies beside it, as FILE.part.ndjson, and is
 * gone when the run is done; a run that is interrupted leaves both, the file with what there is so far. Whatever ends
 * a run, at most the last line of the journal is cut, and --resume does away with that.
 * SPDX-License-Identifier: MIT */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { EvaxError } from "../../../web/evax-node.js";
import { pathOf } from "../base/file-names.js";
import { linesOf, wholeLines } from "../base/line-file.js";
import { checkOutput } from "../base/output.js";
import { formatOf } from "./result-formats.js";

/** @typedef {import("./records.js").FilmRecord} FilmRecord */
/** @typedef {import("./records.js").Header} Header */
/** @typedef {import("./result-formats.js").Formats} Formats */

const START = "{\"info\":";

/** @param {unknown} cause @returns {never} */
function refuse(cause) {
  if (cause instanceof EvaxError) throw cause;
  throw new EvaxError("OUTPUT_FAILED", /** @type {Error} */ (cause).message, { cause });
}

/** @param {string} path @param {number} bytes @returns {AsyncGenerator<any>} */
async function* recordsOf(path, bytes) {
  for await (const line of linesOf(path, bytes)) yield JSON.parse(line);
}

/** @param {string} path @param {string} why @returns {never} */
function refuseResume(path, why) {
  throw new EvaxError("OUTPUT_EXISTS", `${path} cannot be gone on with: ${why}; --force begins again`);
}

export class ResultsFile {
  #path;
  #format;
  #header;
  #fd = -1;
  #bytes = 0;
  /** Films that were in it at its opening, and how many of them had failed. */
  before = { done: 0, failed: 0 };
  /** Films that are in it now. */
  films = 0;

  /** Private: see open(). @param {string} path @param {Header} header @param {Formats} formats */
  constructor(path, header, formats) {
    this.#path = path;
    this.#format = formatOf(path, formats);
    this.#header = header;
  }

  /**
   * Begins a file, or goes on with the run that is in it.
   * @param {string} path whose ending is a format's
   * @param {Header} header
   * @param {{ resume?: boolean, force?: boolean }} options
   * @param {string[]} films of the run in their order; those that are in the file already are taken off
   * @param {Formats} formats
   * @returns {Promise<ResultsFile>} rejects with OUTPUT_EXISTS or OUTPUT_FAILED
   */
  static async open(path, header, { resume = false, force = false }, films, formats) {
    const file = new ResultsFile(path, header, formats);
    try {
      await file.#open({ resume, force }, films);
      return file;
    } catch (cause) {
      return refuse(cause);
    }
  }

  get #journal() {
    return this.#format?.isOwn ? `${this.#path}.part.ndjson` : this.#path;
  }

  /** @param {{ resume: boolean, force: boolean }} how @param {string[]} films */
  async #open({ resume, force }, films) {
    const journal = this.#journal;
    const isOwn = (/** @type {Uint8Array} */ start) => new TextDecoder().decode(start).startsWith(START);
    if (this.#format?.isOwn) await checkOutput(this.#path, this.#format.isOwn, force);
    await checkOutput(journal, isOwn, force);
    const there = (await stat(pathOf(journal)).catch(() => null))?.size ?? 0;
    if (there && !resume && !force) {
      throw new EvaxError("OUTPUT_EXISTS", `${journal} has the films of a run; --resume goes on with it, --force begins again`);
    }
    if (there && resume) this.#bytes = await wholeLines(journal);
    if (this.#bytes) await this.#skip(films);
    this.#fd = openSync(pathOf(journal), this.#bytes ? "r+" : "w");
    ftruncateSync(this.#fd, this.#bytes);
    if (!this.#bytes) this.#write(this.#header);
  }

  /** Takes the films off that the journal has. It lacks those that were left out, which are no films.
   * @param {string[]} films */
  async #skip(films) {
    const lines = recordsOf(this.#journal, this.#bytes);
    const { value: header } = await lines.next();
    if (JSON.stringify(header) !== JSON.stringify(this.#header)) {
      refuseResume(this.#journal, "it was made with another model, variant, head or command");
    }
    let at = 0;
    for await (const { file, ok } of lines) {
      const found = films.indexOf(file, at);
      if (found < 0) refuseResume(this.#journal, `${file} is not among the films, or in another place`);
      at = found + 1;
      this.before.done++;
      if (!ok) this.before.failed++;
    }
    films.splice(0, at);
    this.films = this.before.done;
  }

  /** Adds a film. Throws OUTPUT_FAILED, and then has what it had before. @param {FilmRecord} record */
  add(record) {
    this.#write(record);
    this.films++;
  }

  /** @param {unknown} value */
  #write(value) {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    try {
      for (let at = 0; at < line.length;) at += writeSync(this.#fd, line, at, line.length - at, this.#bytes + at);
      this.#bytes += line.length;
    } catch (cause) {
      ftruncateSync(this.#fd, this.#bytes);
      refuse(cause);
    }
  }

  /** Makes the file of the journal. @param {boolean} complete whether all films are in it
   * @returns {Promise<void>} rejects with OUTPUT_FAILED */
  async close(complete) {
    closeSync(this.#fd);
    if (!this.#format?.isOwn) return;
    const lines = recordsOf(this.#journal, this.#bytes);
    await lines.next(); // the header
    try {
      await this.#format.write(this.#path, lines, this.#header);
      if (complete) await rm(pathOf(this.#journal), { force: true });
    } catch (cause) {
      refuse(cause);
    }
  }
}
