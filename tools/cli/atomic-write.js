/* atomic-write.js - writes a file completely or not at all.
 * SPDX-License-Identifier: MIT */
import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a temporary file beside `path` and renames it: after a full disk or an interruption, `path` is
 * unchanged. A link of that name is replaced and never followed, and none can lie in wait for the temporary file.
 * @param {string} path
 * @param {string | Uint8Array} content
 * @returns {Promise<void>} rejects with the system's error
 */
export async function writeAtomically(path, content) {
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await writeFile(beside, content, { flag: "wx" });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
