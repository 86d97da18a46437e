/* output.js - what --out names: standard output, a device or pipe, or a file, which appears complete or not at
 * all and takes the place of nothing that this tool did not write.
 * SPDX-License-Identifier: MIT */
import { lstat, open, writeFile } from "node:fs/promises";
import { EvaxError } from "../../../web/evax-node.js";
import { writeAtomically } from "./atomic-write.js";

const STANDARD_OUTPUT = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);
/* Bytes from a file's start that show who wrote it. */
const START_BYTES = 64;

/** @param {string} path */
export const isStandardOutput = (path) => STANDARD_OUTPUT.has(path);

/** @template T @param {Promise<T>} doing what writes @returns {Promise<T>} rejects with OUTPUT_FAILED, or the EvaxError that there was */
export const writing = (doing) => doing.catch((cause) => {
  throw cause instanceof EvaxError ? cause : new EvaxError("OUTPUT_FAILED", cause.message, { cause });
});

/** @param {string | Uint8Array} content @returns {Promise<void>} */
const print = (content) => new Promise((resolve, reject) => {
  process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
});

/** @param {string} path */
async function startOf(path) {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Refuses a file that something else wrote, with OUTPUT_EXISTS. @param {string} path
 * @param {(start: Uint8Array) => boolean} isOwn whether a file that starts so may be replaced without force
 * @param {boolean} force */
export async function checkOutput(path, isOwn, force) {
  const there = await lstat(path).catch(() => null);
  if (there?.isFile() && there.size && !force && !isOwn(await startOf(path))) {
    throw new EvaxError("OUTPUT_EXISTS", `${path} is a file of another kind`);
  }
}

/** @param {string} path @param {string | Uint8Array} content @param {(start: Uint8Array) => boolean} isOwn
 * @param {boolean} force */
async function write(path, content, isOwn, force) {
  if (isStandardOutput(path)) return print(content);
  const there = await lstat(path).catch(() => null);
  if (there && !there.isFile() && !there.isSymbolicLink() && !there.isDirectory()) return writeFile(path, content);
  await checkOutput(path, isOwn, force);
  return writeAtomically(path, content);
}

/**
 * Writes what a command was asked for.
 * @param {string} path
 * @param {string | Uint8Array} content
 * @param {(start: Uint8Array) => boolean} isOwn whether a file that starts so may be replaced without force
 * @param {{ force?: boolean }} options
 * @returns {Promise<void>} rejects with OUTPUT_EXISTS or OUTPUT_FAILED
 */
export const writeOutput = (path, content, isOwn, { force = false }) => writing(write(path, content, isOwn, force));
