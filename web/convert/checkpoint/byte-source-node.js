/* byte-source-node.js - a checkpoint's bytes from a file of the file system.
 * SPDX-License-Identifier: MIT */
import { open } from "node:fs/promises";
import { EvaxError } from "../../base/errors.js";
import { shownName } from "../../base/path-node.js";
import { rangedSource } from "./byte-source.js";

/** What tells that a file was changed. @param {import("node:fs").BigIntStats} stat */
const stampOf = ({ size, mtimeNs, ino }) => `${size} ${mtimeNs} ${ino}`;

/** The bytes of a range, fewer at the end of the file.
 * @param {import("node:fs/promises").FileHandle} file @param {number} offset @param {number} length */
async function readRange(file, offset, length) {
  const bytes = new Uint8Array(length);
  let done = 0;
  for (let read = 1; read > 0 && done < length; done += read) {
    ({ bytesRead: read } = await file.read(bytes, done, length - done, offset + done));
  }
  return bytes.subarray(0, done);
}

/** @param {import("../../base/path-node.js").Path} path */
async function openRegular(path) {
  const file = await open(path);
  const stat = await file.stat({ bigint: true });
  if (stat.isFile()) return { file, stat };
  await file.close();
  throw new EvaxError("INPUT_UNREADABLE", `${path} is ${stat.isDirectory() ? "a folder" : "no file"}`);
}

/**
 * Opens a file; close() is the caller's duty. Rejects with INPUT_UNREADABLE.
 * @param {import("../../base/path-node.js").Path} path
 */
export async function pathSource(path) {
  const { file, stat } = await openRegular(path).catch((cause) => {
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  return rangedSource({
    name: shownName(path),
    size: Number(stat.size),
    close: () => file.close(),
    async read(offset, length) {
      const bytes = await readRange(file, offset, length).catch((cause) => {
        throw new EvaxError("INPUT_UNREADABLE", `${path}: ${cause.message}`, { cause });
      });
      if (stampOf(await file.stat({ bigint: true })) === stampOf(stat)) return bytes;
      throw new EvaxError("CHECKPOINT_CHANGED", path.toString());
    },
  });
}
