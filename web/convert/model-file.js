/* model-file.js - a converted model in one file, as ConvertedModel.toFile() writes it: a ZIP archive of
 * manifest.json and its chunks, at the top or in one folder. Its chunks are read where they lie.
 * SPDX-License-Identifier: MIT */
import { Zip } from "./checkpoint/zip.js";

/** @typedef {import("./checkpoint/byte-source.js").ByteSource} ByteSource */
/** @typedef {import("../model/source.js").Source} Source */

const MANIFEST = /^([^/]+\/)?manifest\.json$/;

/**
 * The model in a file, as a source for load(), which verifies it.
 * @param {ByteSource} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<Source | null>} null where the file is something else, a checkpoint for example
 */
export async function openModelFile(source, signal) {
  if (source.size < 4 || String.fromCharCode(...await source.read(0, 4, signal)) !== "PK\x03\x04") return null;
  const zip = await Zip.open(source, signal);
  const manifest = [...zip.entries.keys()].find((name) => MANIFEST.test(name));
  if (!manifest) return null;
  const folder = manifest.slice(0, -"manifest.json".length);
  return {
    name: source.name,
    attempts: 1,
    manifest: (request) => zip.member(manifest).read(0, undefined, request.signal),
    chunk: ({ file }, request) => zip.member(folder + file).read(0, undefined, request.signal),
  };
}
