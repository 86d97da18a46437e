/* films.js - finds the films among the files and folders on the command line.
 * SPDX-License-Identifier: MIT */
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { EvaxError } from "../../web/evax-node.js";
import { HEAD_BYTES, kindOf } from "../../web/dicom/kind.js";
import { say } from "./command.js";
import { printable } from "./report.js";

/* The index of a CD, which lists films and contains none. */
const INDEX = "DICOMDIR";

/** @param {string} file @returns {Promise<Uint8Array>} its first bytes */
async function headOf(file) {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Whether a file of a folder is a film, by its content; if not, a message names it. @param {string} file */
async function isFilm(file) {
  try {
    if (kindOf(await headOf(file))) return true;
    say(`evax: ${printable(file)}: left out, no PNG, JPEG or DICOM file`);
  } catch (error) {
    say(`evax: ${printable(file)}: left out, ${printable(/** @type {Error} */ (error).message)}`);
  }
  return false;
}

/** The files below a folder, by name; hidden ones and links to folders are left out.
 * @param {string} folder @returns {Promise<string[]>} */
async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const wanted = entries.filter(({ name }) => !name.startsWith(".") && name !== INDEX);
  const found = await Promise.all(wanted.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return (await stat(path).catch(() => null))?.isFile() ? [path] : [];
  }));
  return found.flat().sort();
}

/** The films below a folder, in the order of their names, with or without an extension. Rejects with
 * INPUT_UNREADABLE. @param {string} folder @returns {Promise<string[]>} */
export async function filmsIn(folder) {
  const files = await filesBelow(folder).catch((cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  const films = [];
  for (const file of files) if (await isFilm(file)) films.push(file);
  return films;
}

/** Files as they are named, and for each folder the films below it. @param {readonly string[]} words
 * @returns {Promise<string[]>} */
export async function filmsOf(words) {
  const found = [];
  for (const word of words) {
    const isFolder = (await stat(word).catch(() => null))?.isDirectory();
    found.push(...isFolder ? await filmsIn(word) : [word]);
  }
  return found;
}
