/* films.js - finds the films among the files and folders on the command line.
 *
 * In a folder, what is no film is left out, and said. What cannot be read is said and counted: it may be a film.
 * SPDX-License-Identifier: MIT */
import { open, readdir, stat } from "node:fs/promises";
import { EvaxError } from "../../web/evax-node.js";
import { HEAD_BYTES, kindOf } from "../../web/dicom/kind.js";
import { note, say } from "./command.js";
import { nameOf, pathOf } from "./file-names.js";
import { printable } from "./report.js";

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

  /** @param {string} folder as it was named */
  async addFolder(folder) {
    const files = (await this.#filesBelow(folder.replace(/(?<=.)\/+$/, ""))).sort();
    for (const file of files) {
      if (!await this.#isFilm(file)) continue;
      this.#found.add(file);
      this.files.push(file);
    }
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
 * @returns {Promise<Films>} */
export async function filmsOf(words) {
  const films = new Films();
  for (const word of words) {
    const isFolder = (await stat(pathOf(word)).catch(() => null))?.isDirectory();
    if (isFolder) await films.addFolder(word);
    else films.files.push(word);
  }
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
