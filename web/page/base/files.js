/* files.js - picks the films among the files of a drop, a folder or a file chooser. Their content is read
 * by the engine only.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../base/visible.js";

/** @typedef {import("../../session/given-models.js").GivenFile} GivenFile */
/** A film to read. path: with the folders that it was given with, for tables that name it so
 * @typedef {{ name: string, path?: string, source: Blob }} Item */
/** @typedef {{ items: Item[], skipped: number }} Found skipped: files of other kinds */

/* A folder may hold other files (notes, hidden files, the index of a CD): they are skipped by name. Films
 * on a CD often have no extension. Files that were chosen one by one always go to the engine, which
 * decides by content. */
const FILM_NAME = /^(?!DICOMDIR$)[^.]+$|^[^.].*\.(png|jpe?g|dcm|dicom)$/i;
const MAX_DROPPED = 20_000;

/** Whether a file is a film by the ending of its name. @param {string} name */
export const isFilmName = (name) => /\.(png|jpe?g|dcm|dicom)$/i.test(name);

/** For the file chooser; files without an extension are under "all files". */
export const ACCEPT = ".png,.jpg,.jpeg,.dcm,.dicom,image/png,image/jpeg,application/dicom";

/** Elements of this class handle drops themselves; the page ignores those. */
export const DROP_CLASS = "drop-class";

/** Whether a file is a table of labels by the ending of its name. @param {GivenFile} given */
export const isTable = ({ path }) => /\.(csv|tsv)$/i.test(path);

/** Whether a file may be a site card by the ending of its name. @param {GivenFile} given */
export const isCard = ({ path }) => /\.json$/i.test(path);

/** @param {GivenFile[]} given @param {boolean} chosen on purpose, one by one @returns {Found} */
export function itemsOf(given, chosen) {
  const kept = chosen ? given : given.filter(({ file }) => FILM_NAME.test(file.name));
  return {
    items: kept.map(({ file, path }) => ({ name: visible(file.name), path, source: /** @type {Blob} */ (file) })),
    skipped: given.length - kept.length,
  };
}

/** @param {FileSystemFileEntry} entry @returns {Promise<GivenFile[]>} */
const fileOf = (entry) => new Promise((resolve) =>
  entry.file((file) => resolve([{ file, path: entry.fullPath.slice(1) }]), () => resolve([])));

/** The files below an entry of a drop. Rejects where the browser does not let this frame look into a folder: Chromium, in
 * a frame without an origin. @param {FileSystemEntry} entry @returns {Promise<GivenFile[]>} */
async function filesBelow(entry) {
  if (entry.isFile) return fileOf(/** @type {FileSystemFileEntry} */ (entry));
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {GivenFile[]} */ const files = [];
  while (files.length < MAX_DROPPED) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    for (const each of some) files.push(...await filesBelow(each));
  }
  return files;
}

/** The files of a chooser, with the folders that they are in where a folder was chosen. @param {HTMLInputElement} input
 * @returns {GivenFile[]} */
export const chosenFiles = ({ files }) =>
  [...files ?? []].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

/** What a drop holds. folders: whether there are any; without, every file was dropped on purpose. closed: how many of them
 * the browser does not let this frame look into
 * @typedef {{ given: GivenFile[], folders: boolean, closed: number }} Dropped */

/** @param {DataTransfer} transfer @returns {Promise<Dropped>} */
export async function droppedFiles(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  /** @type {Dropped} */ const dropped = { given: [], folders: items.some(({ entry }) => entry?.isDirectory), closed: 0 };
  for (const { entry, file } of items) {
    if (entry?.isDirectory) {
      const files = await filesBelow(entry).catch(() => null);
      if (files) dropped.given.push(...files);
      else dropped.closed += 1;
    } else if (file) dropped.given.push({ file, path: file.name });
  }
  return dropped;
}

/** @param {DataTransfer} transfer @returns {Promise<Found>} */
export async function droppedItems(transfer) {
  const { given, folders } = await droppedFiles(transfer);
  return itemsOf(given, !folders);
}

/** @param {DataTransfer | null} transfer @returns {transfer is DataTransfer} */
export const hasFiles = (transfer) => transfer?.types.includes("Files") ?? false;
