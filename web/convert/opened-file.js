/* opened-file.js - the model in files that load() was given: one that is converted already, or a
 * checkpoint, which is converted on the way.
 * SPDX-License-Identifier: MIT */
import { withSources } from "./convert.js";
import { openModelFile } from "./model-file.js";

/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("./convert.js").ConvertOptions} ConvertOptions */
/** @typedef {import("./convert.js").ConvertPlatform} ConvertPlatform */

/**
 * @param {ConvertPlatform} platform
 * @param {CheckpointFile | CheckpointFile[]} files
 * @param {ConvertOptions} options
 * @param {(files: CheckpointFile | CheckpointFile[], options: ConvertOptions) => Promise<Source>} convert
 * @returns {Promise<Source>}
 */
export async function openModel(platform, files, options, convert) {
  const { signal = new AbortController().signal } = options;
  const single = Array.isArray(files) && files.length === 1 ? files[0] : files;
  if (!Array.isArray(single)) {
    const model = await withSources(platform, single, signal, ([source]) => modelIn(platform, single, source));
    if (model) return model;
  }
  return convert(files, options);
}

/** Its chunks are read long after; a file that was opened for the question alone is opened again then.
 * @param {ConvertPlatform} platform @param {CheckpointFile} file @param {ByteSource} source */
async function modelIn(platform, file, source) {
  if (!source.close) return openModelFile(source);
  if (!await openModelFile(source)) return null;
  const never = new AbortController().signal;
  const again = (/** @type {(model: Source) => Promise<Uint8Array>} */ read) =>
    withSources(platform, file, never, async ([opened]) =>
      read(/** @type {Source} */ (await openModelFile(opened))));
  return {
    name: source.name,
    attempts: 1,
    manifest: (/** @type {import("../model/source.js").Request} */ request) =>
      again((model) => model.manifest(request)),
    chunk: (/** @type {import("../model/manifest.js").ChunkEntry} */ entry,
      /** @type {import("../model/source.js").Request} */ request) =>
      again((model) => model.chunk(entry, request)),
  };
}
