/* file-names.js - names of files as text, whatever their bytes.
 *
 * A name in a file system of Linux is any bytes. Those that are not UTF-8 become lone surrogates U+DC80 to
 * U+DCFF, one a byte, as Python's surrogateescape has it: no other name becomes the same text, JSON writes them
 * as \udcf6, and the bytes come back.
 * SPDX-License-Identifier: MIT */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ESCAPE = 0xdc00;
const SLASH = 0x2f;
const REPLACEMENT = "\ufffd";

/** Bytes of the UTF-8 character that starts at `at`; 0 if there is none. @param {Uint8Array} bytes
 * @param {number} at */
function characterBytes(bytes, at) {
  const lengths = [1, 2, 3, 4].filter((length) => at + length <= bytes.length);
  return lengths.find((length) => isUtf8(bytes.subarray(at, at + length))) ?? 0;
}

/** @param {Buffer} bytes @returns {string} */
export function nameOf(bytes) {
  if (isUtf8(bytes)) return bytes.toString();
  let name = "";
  for (let at = 0; at < bytes.length;) {
    const length = characterBytes(bytes, at);
    name += length ? bytes.toString("utf8", at, at + length) : String.fromCharCode(ESCAPE + bytes[at]);
    at += length || 1;
  }
  return name;
}

/** What the file system calls it. @param {string} name @returns {string | Buffer} */
export function pathOf(name) {
  if (!/[\udc80-\udcff]/u.test(name)) return name;
  return Buffer.concat([...name].map((character) => {
    const byte = character.charCodeAt(0) - ESCAPE;
    return character.length === 1 && byte >= 0x80 && byte <= 0xff ? Buffer.from([byte]) : Buffer.from(character);
  }));
}

/** The same for load() and convert(), to which bytes would be a file's: a file: URL. @param {string} name
 * @returns {string} */
export function placeOf(name) {
  const path = pathOf(name);
  if (typeof path === "string") return name;
  const whole = path[0] === SLASH ? path : Buffer.concat([Buffer.from(`${process.cwd()}/`), path]);
  const escaped = [...whole.subarray(1)].map((byte) => (byte === SLASH ? "/" : `%${byte.toString(16).padStart(2, "0")}`));
  return pathToFileURL("/").href + escaped.join("");
}

/** The words of the command line. Node reads them as UTF-8 and loses what is not; Linux still has the bytes.
 * @param {readonly string[]} words @returns {string[]} */
export function wordsOf(words) {
  if (!words.some((word) => word.includes(REPLACEMENT))) return [...words];
  try {
    const line = readFileSync("/proc/self/cmdline").subarray(0, -1);
    const all = line.toString("latin1").split("\0").map((word) => nameOf(Buffer.from(word, "latin1")));
    return all.slice(-words.length);
  } catch {
    return [...words];
  }
}
