/* films.js - finds the films among the files and folders that the command line, or a list, names.
 *
 *     words, --files-from ── folders opened ── --shard ── of folders: films, by their content
 *
 * In a folder, what is no film is left out, and said. What cannot be read is said and counted: it may be a film.
 * SPDX-License-Identifier: MIT */
import { open, readFile, readdir, stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { EvaxError } from "../../../web/evax-node.js";
import { HEAD_BYTES, kindOf } from "../../../web/dicom/file/kind.js";
import { UsageError, note, say } from "../base/command.js";
import { nameOf, pathOf } from "../base/file-names.js";
import { printable } from "../base/report.js";

/** @typedef {import("../base/command.js").Options} Options */

/* The index of a CD, which lists films and contains none. */
const INDEX = "DICOMDIR";

/** @param {string} name @param {unknown} why */
const leaveOut = (name, why) => note(`evax: ${printable(name)}: left out, ${printable(String(why))}`);

/** @param {unknown} error */
const messageOf = (error) => /** @type {Error} */ (error).message;

/** @param {string} file @returns {Promise<Uint8Array>} its first bytes */
async function headOf(file) {
  const handle = await open(pathOf(file));
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Part `index`, from 1, of `count`. @typedef {{ index: number, count: number }} Shard */

/** @param {string} [text] K/N @returns {Shard} */
function shardOf(text = "1/1") {
  const [, index, count] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(text)?.map(Number) ?? [];
  if (index && index <= count) return { index, count };
  throw new UsageError("--shard must be K/N, two whole numbers, K from 1 to N");
}

/** Neighbors, so that the parts one behind the other are the whole. @template T @param {readonly T[]} all
 * @param {Shard} shard */
const partOf = (all, { index, count }) =>
  all.slice(Math.floor((all.length * (index - 1)) / count), Math.floor((all.length * index) / count));

/** The names in a list, one a line, or parted by NUL as `find -print0` does. @param {string} list its file, or "-"
 * @returns {Promise<string[]>} */
async function namesIn(list) {
  const bytes = await (list === "-" ? buffer(process.stdin) : readFile(pathOf(list))).catch((error) => {
    throw new UsageError(`--files-from ${printable(list)}: ${printable(messageOf(error))}`);
  });
  const parting = bytes.includes(0) ? "\0" : /\r?\n/;
  return bytes.toString("latin1").split(parting).filter(Boolean).map((name) => nameOf(Buffer.from(name, "latin1")));
}

/** The films that were named, and those that were found in folders. */
export class Films {
  /** Their names, in order. @type {string[]} */ files;
  #unread = 0;
  #without = 0;
  #found = new Set();

  /** @param {string[]} [files] that were named one by one */
  constructor(files = []) {
    this.files = files;
  }

  /** How many films failed, of which `done` did not: also what could not be read, but not what held no image.
   * @param {number} done */
  failed(done) {
    return this.files.length - this.#without - done + this.#unread;
  }

  /** Adds what was named, or one shard of it. The shards are cut before any file is opened: each opens its own.
   * @param {readonly string[]} words files, and folders @param {Shard} shard */
  async add(words, shard) {
    const named = [];
    for (const word of words) {
      const isFolder = (await stat(pathOf(word)).catch(() => null))?.isDirectory();
      if (isFolder) named.push(...(await this.#filesIn(word)).map((file) => ({ file, found: true })));
      else named.push({ file: word, found: false });
    }
    for (const { file, found } of partOf(named, shard)) {
      if (found && !await this.#isFilm(file)) continue;
      if (found) this.#found.add(file);
      this.files.push(file);
    }
  }

  /** @param {string} folder as it was named */
  async #filesIn(folder) {
    return (await this.#filesBelow(folder.replace(/(?<=.)\/+$/, ""))).sort();
  }

  /** Whether a film's error only says that it is none, which is no failure: among the DICOM files of a folder
   * are some that hold no image. Says so. @param {string} file @param {unknown} error */
  leavesOut(file, error) {
    if (!(error instanceof EvaxError && error.code === "DICOM_NO_IMAGE" && this.#found.has(file))) return false;
    leaveOut(file, error.message);
    this.#without++;
    return true;
  }

  /** @param {string} name @param {unknown} error @returns {undefined} */
  #lose(name, error) {
    this.#unread++;
    say(`evax: ${printable(name)}: cannot be read, ${printable(messageOf(error))}`);
  }

  /** The files below a folder; hidden ones and links to folders are left out. @param {string} folder
   * @returns {Promise<string[]>} */
  async #filesBelow(folder) {
    const entries = await readdir(pathOf(folder), { withFileTypes: true, encoding: "buffer" })
      .catch((error) => this.#lose(folder, error));
    const found = [];
    for (const entry of entries ?? []) {
      const name = nameOf(/** @type {any} */ (entry).name);
      if (name.startsWith(".") || name === INDEX) continue;
      const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
      if (entry.isDirectory()) found.push(...await this.#filesBelow(path));
      else if (await this.#isFile(path)) found.push(path);
    }
    return found;
  }

  /** @param {string} path */
  async #isFile(path) {
    const found = await stat(pathOf(path)).catch((error) => this.#lose(path, error));
    if (found && !found.isFile() && !found.isDirectory()) leaveOut(path, "it is no regular file");
    return found?.isFile() ?? false;
  }

  /** Whether a file of a folder is a film, by its content. @param {string} file */
  async #isFilm(file) {
    try {
      if (kindOf(await headOf(file))) return true;
      leaveOut(file, "no PNG, JPEG or DICOM file");
    } catch (error) {
      this.#lose(file, error);
    }
    return false;
  }
}

/** Files as they are named, and for each folder the films below it. @param {readonly string[]} words
 * @param {Pick<Options, "files-from" | "shard">} [options] more names in a file, and which part of all to take
 * @returns {Promise<Films>} */
export async function filmsOf(words, { "files-from": list, shard } = {}) {
  const part = shardOf(shard);
  const films = new Films();
  await films.add(list === undefined ? words : [...words, ...await namesIn(list)], part);
  return films;
}

/** The films below a folder. @param {string} folder @returns {Promise<Films>} rejects with INPUT_UNREADABLE */
export async function filmsIn(folder) {
  const found = await stat(pathOf(folder)).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", messageOf(cause), { cause });
  });
  if (!found.isDirectory()) throw new EvaxError("INPUT_UNREADABLE", "it is no folder");
  return filmsOf([folder]);
}
