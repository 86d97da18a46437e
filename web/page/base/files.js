/* files.js - picks the films among the files of a drop, a folder or a file chooser. Their content is read
 * by the engine only.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../base/visible.js";

/** @typedef {{ name: string, source: Blob }} Item */
/** @typedef {{ items: Item[], skipped: number }} Found skipped: files of other kinds */

/* A folder may hold other files (notes, hidden files, the index of a CD): they are skipped by name. Films
 * on a CD often have no extension. Files that were chosen one by one always go to the engine, which
 * decides by content. */
const FILM_NAME = /^(?!DICOMDIR$)[^.]+$|^[^.].*\.(png|jpe?g|dcm|dicom)$/i;
const MAX_DROPPED = 20_000;

/** For the file chooser; files without an extension are under "all files". */
export const ACCEPT = ".png,.jpg,.jpeg,.dcm,.dicom,image/png,image/jpeg,application/dicom";

/** Elements of this class handle drops themselves; the page ignores those. */
export const DROP_CLASS = "drop-class";

/** @param {File[]} files @param {boolean} chosen on purpose, one by one @returns {Found} */
export function itemsOf(files, chosen) {
  const kept = chosen ? files : files.filter(({ name }) => FILM_NAME.test(name));
  return {
    items: kept.map((file) => ({ name: visible(file.name), source: /** @type {Blob} */ (file) })),
    skipped: files.length - kept.length,
  };
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File[]>} */
const fileOf = (entry) => new Promise((resolve) =>
  entry.file((file) => resolve([file]), () => resolve([])));

/** The files below an entry of a drop. @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesBelow(entry) {
  if (entry.isFile) return fileOf(/** @type {FileSystemFileEntry} */ (entry));
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */ const files = [];
  while (files.length < MAX_DROPPED) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) break;
    for (const each of some) files.push(...await filesBelow(each));
  }
  return files;
}

/** @param {DataTransfer} transfer @returns {Promise<Found>} */
export async function droppedItems(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return itemsOf([...transfer.files], true);
  /** @type {File[]} */ const files = [];
  for (const entry of entries) if (entry) files.push(...await filesBelow(entry));
  return itemsOf(files, false);
}

/** @param {DataTransfer | null} transfer @returns {transfer is DataTransfer} */
export const hasFiles = (transfer) => transfer?.types.includes("Files") ?? false;
