/* shuffled.js - a model whose weights have lost their order: what a map still shows then, it does not
 * have from the model (Adebayo et al. 2018, arXiv:1810.03292).
 *
 * Every matrix keeps its values row by row, and in q8 group by group, so that the numbers stay of their
 * size. The stream is that of model/FORMAT.md.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestBytes } from "../../../tests/support/manifest-bytes.js";
import { randoms, shuffled } from "../../../web/statistics/random.js";

const HEADER = 64;
const ENTRY = 64;
const BYTES = [4, 2, 1]; // of a value in f32, f16, q8
const GROUP = 64;
const FOUR = 4; // codes of q8 that stay together: their sums are bounded

/** @param {Buffer} stream */
function tensorsOf(stream) {
  return Array.from({ length: stream.readUInt32LE(8) }, (_, i) => {
    const at = HEADER + ENTRY * i;
    const name = stream.toString("latin1", at, at + 40).replace(/\0+$/, "");
    const [dtype, rows, cols] = [40, 44, 48].map((field) => stream.readUInt32LE(at + field));
    return { name, dtype, rows, cols, offset: Number(stream.readBigUInt64LE(at + 56)) };
  });
}

/** @param {Buffer} values @param {number} size of what is moved, bytes @param {() => number} random */
function shuffle(values, size, random) {
  const parts = Array.from({ length: values.length / size }, (_, i) =>
    Buffer.from(values.subarray(i * size, (i + 1) * size)));
  shuffled(parts, random).forEach((part, i) => values.set(part, i * size));
}

/** @param {Buffer} stream changed in place @param {ReturnType<typeof tensorsOf>[0]} tensor
 * @param {() => number} random */
function shuffleTensor(stream, { dtype, rows, cols, offset }, random) {
  const scales = dtype === 2 ? 2 * Math.ceil(cols / GROUP) : 0;
  const group = dtype === 2 ? GROUP : cols;
  const row = scales + cols * BYTES[dtype];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c += group) {
      const start = offset + r * row + scales + c * BYTES[dtype];
      const count = Math.min(group, cols - c);
      const size = dtype === 2 ? FOUR : BYTES[dtype];
      shuffle(stream.subarray(start, start + count * BYTES[dtype]), size, random);
    }
  }
}

/**
 * A source for load(): the model of a folder, with the matrices that are chosen in disorder.
 * @param {string} folder
 * @param {(name: string) => boolean} chosen by their names in the stream
 * @returns {Promise<import("../../../web/model/source.js").Source>}
 */
export async function shuffledModel(folder, chosen) {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  const parts = await Promise.all(manifest.chunks.map(
    (/** @type {{ file: string }} */ { file }) => readFile(join(folder, file))));
  const stream = Buffer.concat(parts);
  const random = randoms(11);
  for (const tensor of tensorsOf(stream)) {
    if (/\.weight$/.test(tensor.name) && tensor.rows > 1 && chosen(tensor.name)) {
      shuffleTensor(stream, tensor, random);
    }
  }
  const chunks = new Map();
  let at = 0;
  for (const chunk of manifest.chunks) {
    const bytes = new Uint8Array(stream.subarray(at, at += chunk.bytes));
    chunk.sha256 = createHash("sha256").update(bytes).digest("hex");
    chunks.set(chunk.file, bytes);
  }
  return {
    name: "shuffled",
    attempts: 1,
    manifest: async () => manifestBytes(manifest),
    chunk: async ({ file }) => chunks.get(file),
  };
}
