/* line-file.js - files that grow line by line, whatever their length: after a crash the last line may be cut.
 * SPDX-License-Identifier: MIT */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathOf } from "./file-names.js";

const NEWLINE = 0x0a;
const PIECE_BYTES = 1 << 20;

/** Bytes of the lines of a file that are complete. @param {string} path */
export async function wholeLines(path) {
  const file = await open(pathOf(path));
  try {
    let { size } = await file.stat();
    const piece = Buffer.alloc(PIECE_BYTES);
    for (; size > 0;) {
      const from = Math.max(0, size - PIECE_BYTES);
      const { bytesRead } = await file.read(piece, 0, size - from, from);
      const at = piece.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (at >= 0) return from + at + 1;
      size = from;
    }
    return 0;
  } finally {
    await file.close();
  }
}

/** The lines of a file up to a byte, without blank ones. @param {string} path @param {number} bytes @returns {AsyncGenerator<string>} */
export async function* linesOf(path, bytes) {
  if (!bytes) return;
  const input = createReadStream(pathOf(path), { end: bytes - 1 });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line) yield line;
}
