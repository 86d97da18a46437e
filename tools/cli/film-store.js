/* film-store.js - what a model made of films, kept as they are read, so that a run that was stopped goes on where it was:
 * one line of JSON a film.
 *
 *     {"evaluated":1,"model":SHA-256,"variant":...}      the first line: a store is one model's
 *     {"name":...,"size":...,"time":...,"logits":[...],"scores":[...],"reasons":[...],"small":[...]}
 *
 * A film is read again if its file has changed since. A last line that was cut off is left out and written again.
 * SPDX-License-Identifier: MIT */
import { open, readFile, stat, truncate } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import { pathOf } from "./file-names.js";

/** @typedef {import("../../web/evaluate/selection.js").ScoredFilm} ScoredFilm */
/** @typedef {Pick<import("../../web/evax.js").Info, "modelHash" | "variant">} Model */
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

/** @template T @param {Promise<T>} doing @returns {Promise<T>} rejects with OUTPUT_FAILED */
const writing = (doing) => doing.catch((cause) => {
  throw new EvaxError("OUTPUT_FAILED", cause.message, { cause });
});

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
    const text = await readFile(path, "utf8").catch(() => "");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [heading, ...lines] = whole.split("\n").filter(Boolean);
    const isOwn = heading === headingOf(model);
    if (text && !isOwn && !force) {
      throw new EvaxError("OUTPUT_EXISTS", `${path} has films that another model or variant has read`);
    }
    if (isOwn) {
      for (const line of lines.map(lineOf)) if (line) store.#kept.set(line.name, line);
      await writing(truncate(path, Buffer.byteLength(whole)));
    }
    store.#file = await writing(open(path, isOwn ? "a" : "w"));
    if (!isOwn) await writing(store.#file.write(`${headingOf(model)}\n`));
    return store;
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
