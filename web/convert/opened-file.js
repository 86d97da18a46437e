/* opened-file.js - convert() into memory, and the model in files that load() was given: one that is converted
 * already, or a checkpoint, which is converted on the way.
 * SPDX-License-Identifier: MIT */
import { convertInto, withSources } from "./convert.js";
import { ConvertedModel } from "./converted-model.js";
import { openModelFile } from "./model-file.js";

/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./checkpoint/byte-source.js").ByteSource} ByteSource */
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

/**
 * Converts a checkpoint into memory.
 * @param {import("./convert.js").ConvertPlatform} platform
 * @param {import("./convert.js").CheckpointFile | import("./convert.js").CheckpointFile[]} files
 * @param {Parameters<typeof convertInto>[2]} options
 * @returns {Promise<ConvertedModel>}
 */
export async function convertOn(platform, files, options) {
  /** @type {Map<string, Blob>} */
  const chunks = new Map();
  const conversion = await convertInto(platform, files, options, (file, bytes) => {
    chunks.set(file, new Blob([/** @type {BlobPart} */ (bytes)]));
  });
  return new ConvertedModel(conversion, chunks);
}
