/* atomic-write.js - writes a file completely or not at all.
 * SPDX-License-Identifier: MIT */
import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Has a temporary file written beside `path` and renames it: after a full disk or an interruption, `path` is
 * unchanged. A link of that name is replaced and never followed.
 * @param {string} path
 * @param {(beside: string) => Promise<void>} write the file of this name, which nobody can know
 * @returns {Promise<void>} rejects with the system's error, or with what `write` does
 */
export async function replaceFile(path, write) {
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/**
 * As replaceFile; no link can lie in wait for the temporary file.
 * @param {string} path
 * @param {string | Uint8Array} content
 * @returns {Promise<void>} rejects with the system's error
 */
export const writeAtomically = (path, content) =>
  replaceFile(path, (beside) => writeFile(beside, content, { flag: "wx" }));
