/* path-node.js - the path of a file that a string or a file: URL names, in Node. A URL can name every file there is:
 * its %XX are bytes, also such as are no UTF-8 (file:///films/Th%F6rax); then the path is a Buffer.
 * SPDX-License-Identifier: MIT */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {string | Buffer} Path */

/** @param {string} text with %XX */
const bytesOf = (text) => Buffer.from(text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
  String.fromCharCode(Number.parseInt(hex, 16))), "latin1");

/** @param {string | URL} place @returns {Path} */
export function toPath(place) {
  const text = String(place);
  if (!/^file:/i.test(text)) return text;
  try {
    return fileURLToPath(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return bytesOf(new URL(text).pathname);
  }
}

/** The path of a file in a folder. @param {Path} folder @param {string} name @returns {Path} */
export const fileIn = (folder, name) =>
  (typeof folder === "string" ? join(folder, name) : Buffer.concat([folder, Buffer.from(`/${name}`)]));

/** The last part of a path, for people. @param {Path} path */
export const shownName = (path) => basename(path.toString());
