/* saved-folder.js - a model written into a folder on the disk, where the browser lets a page do that (File System Access).
 * SPDX-License-Identifier: MIT */
import { readManifest } from "./manifest.js";

/** Not yet among the types of browsers. @typedef {(options: { id: string, mode: "readwrite" }) =>
 *   Promise<FileSystemDirectoryHandle>} ShowPicker */

/** @returns {ShowPicker | undefined} */
const picker = () => /** @type {any} */ (globalThis).showDirectoryPicker;

/** Whether a page can write into a folder here. */
export const canChooseFolder = () => picker() !== undefined;

/** Lets the person choose; null if they do not, or if the browser refuses to ask here: in a frame of another site.
 * @returns {Promise<FileSystemDirectoryHandle | null>} */
export async function chooseFolder() {
  try {
    return await picker()?.({ id: "evax-models", mode: "readwrite" }) ?? null;
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name @param {Blob | Uint8Array} content */
async function write(folder, name, content) {
  const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
  try {
    await file.write(/** @type {FileSystemWriteChunkType} */ (content));
    await file.close(); // only now is it in the folder
  } catch (error) {
    await file.abort().catch(() => {});
    throw error;
  }
}

/**
 * Writes a model into a folder of its own, named after its hash, within the one that was chosen; manifest.json last: a
 * folder that has it has all. What is written of one that ends early is taken away again.
 * @param {FileSystemDirectoryHandle} chosen
 * @param {{ bytes: Uint8Array, chunks: Blob[] }} model bytes: of manifest.json; chunks: in its order
 * @param {AbortSignal} signal
 * @returns {Promise<string>} why it could not be written; "" if it was
 */
export async function saveModel(chosen, { bytes, chunks }, signal) {
  const { name, chunks: entries, checksum } = readManifest(bytes);
  const folderName = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60)}-${checksum.slice(0, 12)}`;
  const isNew = await chosen.getDirectoryHandle(folderName).then(() => false, () => true);
  try {
    const folder = await chosen.getDirectoryHandle(folderName, { create: true });
    for (const [i, { file }] of entries.entries()) {
      signal.throwIfAborted();
      await write(folder, file, chunks[i]);
    }
    await write(folder, "manifest.json", bytes);
    return "";
  } catch (error) {
    if (isNew) await chosen.removeEntry(folderName, { recursive: true }).catch(() => {});
    signal.throwIfAborted();
    const { name: kind, message } = /** @type {Error} */ (error);
    return `${kind}: ${message}`;
  }
}
