/* atomic-write.js - writes a file completely or not at all.
 * SPDX-License-Identifier: MIT */
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a temporary file beside `path` and renames it: after a full disk or an interruption, `path` is
 * unchanged.
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
