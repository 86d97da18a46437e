/* atomic-write.js - a file that appears complete or not at all.
 * SPDX-License-Identifier: MIT */
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes beside `path` and renames at the end: a full disk or an interruption leaves what was there.
 * @param {string} path
 * @param {string | Uint8Array} content
 * @returns {Promise<void>} rejects with the system's error
 */
export async function writeAtomically(path, content) {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
