/* film-store.js - what a model made of films, kept as they are read, so that a run that was stopped goes on where it was:
 * one line of JSON a film.
 *
 *     {"evaluated":1,"model":SHA-256,"variant":...}      the first line: a store is one model's
 *     {"name":...,"size":...,"time":...,"logits":[...],"scores":[...],"reasons":[...],"small":[...]}
 *
 * A film is read again if its file has changed since. A last line that was cut off is left out and written again.
 * SPDX-License-Identifier: MIT */
import { open, stat, truncate } from "node:fs/promises";
import { EvaxError } from "../../../web/evax-node.js";
import { pathOf } from "../base/file-names.js";
import { linesOf, wholeLines } from "../base/line-file.js";
import { writing } from "../base/output.js";

/** @typedef {import("../../../web/evaluate/measure/selection.js").ScoredFilm} ScoredFilm */
/** @typedef {Pick<import("../../../web/evax.js").Info, "modelHash" | "variant">} Model */
/** @typedef {ScoredFilm & { size: number, time: number }} Line */

const VERSION = 1;

/** @param {Model} model */
const headingOf = ({ modelHash, variant }) => JSON.stringify({ evaluated: VERSION, model: modelHash, variant });

/** @param {string} line @returns {Line | null} */
function lineOf(line) {
  try {
    const value = JSON.parse(line);
    return typeof value?.name === "string" && Array.isArray(value.logits) && Array.isArray(value.scores) ? value : null;
  } catch {
    return null;
  }
}

/** The size of a file and when it was changed; null for standard input, or what is gone. @param {string} name */
async function stampOf(name) {
  const found = name === "-" ? null : await stat(pathOf(name)).catch(() => null);
  return found && { size: found.size, time: Math.round(found.mtimeMs) };
}

/** What is not there begins; what cannot be read must not be replaced. @param {NodeJS.ErrnoException} error @returns {null} */
function ifMissing(error) {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** As it is held in memory, where there may be a hundred thousand. @template {ScoredFilm} T @param {T} film @returns {T} */
export const held = (film) => ({ ...film, small: film.small && Float32Array.from(film.small) });

export class FilmStore {
  /** @type {Map<string, Line>} */ #kept = new Map();
  /** @type {import("node:fs/promises").FileHandle | null} */ #file = null;

  /**
   * Opens a store, or makes one.
   * @param {string} path @param {Model} model @param {boolean} force take the place of another model's
   * @returns {Promise<FilmStore>} rejects with OUTPUT_EXISTS or OUTPUT_FAILED
   */
  static async open(path, model, force) {
    const store = new FilmStore();
    await writing(store.#open(path, model, force));
    return store;
  }

  /** @param {string} path @param {Model} model @param {boolean} force */
  async #open(path, model, force) {
    const there = (await stat(path).catch(ifMissing))?.size ?? 0;
    const bytes = there && await wholeLines(path);
    const isOwn = await this.#read(path, bytes, model);
    if (there && !isOwn && !force) {
      throw new EvaxError("OUTPUT_EXISTS", `${path} has films that another model or variant has read`);
    }
    if (isOwn) await truncate(path, bytes);
    this.#file = await open(path, isOwn ? "a" : "w");
    if (!isOwn) await this.#file.write(`${headingOf(model)}\n`);
  }

  /** Whether the lines of a file are this model's; they are kept then. @param {string} path @param {number} bytes @param {Model} model */
  async #read(path, bytes, model) {
    let isOwn = false;
    for await (const line of linesOf(path, bytes)) {
      if (!isOwn) {
        if (line !== headingOf(model)) return false;
        isOwn = true;
        continue;
      }
      const film = lineOf(line);
      if (film) this.#kept.set(film.name, held(film));
    }
    return isOwn;
  }

  /** A film as it was read before, unless its file has changed. @param {string} name @returns {Promise<ScoredFilm | null>} */
  async get(name) {
    const line = this.#kept.get(name), stamp = line && await stampOf(name);
    return line && stamp && stamp.size === line.size && stamp.time === line.time ? line : null;
  }

  /** @param {ScoredFilm} film */
  async add(film) {
    const stamp = await stampOf(film.name);
    if (stamp) await writing(/** @type {import("node:fs/promises").FileHandle} */ (this.#file).write(`${JSON.stringify({ ...film, ...stamp })}\n`));
  }

  async close() {
    await this.#file?.close();
    this.#file = null;
  }
}
