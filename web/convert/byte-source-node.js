/* byte-source-node.js - a checkpoint's bytes from a file of the file system.
 * SPDX-License-Identifier: MIT */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { EvaxError } from "../base/errors.js";
import { checkRange } from "./byte-source.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */

/** What tells that a file was changed. @param {import("node:fs").BigIntStats} stat */
const stampOf = ({ size, mtimeNs, ino }) => `${size} ${mtimeNs} ${ino}`;

/** @param {import("node:fs/promises").FileHandle} file @param {Uint8Array} bytes
 * @param {number} offset */
async function fill(file, bytes, offset) {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, offset + length);
    if (bytesRead === 0) return false;
    length += bytesRead;
  }
  return true;
}

/** @param {string} path */
async function openRegular(path) {
  const file = await open(path);
  const stat = await file.stat({ bigint: true });
  if (stat.isFile()) return { file, stat };
  await file.close();
  throw new EvaxError("INPUT_UNREADABLE", `${path} is ${stat.isDirectory() ? "a folder" : "no file"}`);
}

/**
 * Opens a file; close() is the caller's duty. Rejects with INPUT_UNREADABLE.
 * @param {string} path
 * @returns {Promise<ByteSource & { close: () => Promise<void> }>}
 */
export async function pathSource(path) {
  const { file, stat } = await openRegular(path).catch((cause) => {
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  const source = {
    name: basename(path),
    size: Number(stat.size),
    /** @type {ByteSource["read"]} */
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, offset, length);
      const bytes = new Uint8Array(length);
      const whole = await fill(file, bytes, offset).catch((cause) => {
        throw new EvaxError("INPUT_UNREADABLE", `${path}: ${cause.message}`, { cause });
      });
      if (!whole || stampOf(await file.stat({ bigint: true })) !== stampOf(stat)) {
        throw new EvaxError("CHECKPOINT_CHANGED", path);
      }
      return bytes;
    },
    close: () => file.close(),
  };
  return source;
}
