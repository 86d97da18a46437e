/* file-model.js - the model in files that a person chose: one that is converted already, as a folder's files or in
 * one, or a checkpoint, which a blob: worker converts here. Nothing is fetched.
 * SPDX-License-Identifier: MIT */
import { memorySource } from "../convert/checkpoint/byte-source.js";
import { openModelFile } from "../convert/model-file.js";
import { zipOf } from "../convert/zip-writer.js";
import { loadChunks, loadManifest } from "../model/chunks.js";
import { convertInWorker } from "../worker/remote-converter.js";
import { explainedRefusal, startWorker } from "./worker-refusal.js";

/** @typedef {import("../convert/convert.js").ConvertOptions} ConvertOptions */
/** @typedef {import("../convert/checkpoint/byte-source.js").ByteSource} ByteSource */
/** @typedef {import("../model/chunks.js").KnownModel} KnownModel */
/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./supply.js").ConverterFiles} ConverterFiles */
/** A model in memory: chunks in the manifest's order. @typedef {KnownModel & { chunks: Blob[] }} FileModel */

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** The files of a model's folder as a source; null where there is no manifest among them. @param {File[]} files
 * @returns {Source | null} */
function folderSource(files) {
  const named = new Map(files.map((file) => [file.name, file]));
  const manifest = named.get("manifest.json");
  if (!manifest) return null;
  return {
    name: "the files given",
    attempts: 1,
    manifest: () => bytesOf(manifest),
    chunk: ({ file }) => bytesOf(named.get(file) ?? new Blob()),
  };
}

/** @param {File[]} files @param {AbortSignal} signal */
async function convertedSource(files, signal) {
  if (files.length > 1) return folderSource(files);
  return openModelFile(/** @type {ByteSource} */ (memorySource(files[0])), signal);
}

/** @param {Source} source @param {AbortSignal} signal @returns {Promise<FileModel>} */
async function verified(source, signal) {
  const known = await loadManifest(source, signal);
  /** @type {Blob[]} */
  const chunks = [];
  const keep = (/** @type {Uint8Array} */ bytes) =>
    void chunks.push(new Blob([/** @type {BlobPart} */ (bytes)]));
  await loadChunks(source, known.manifest, keep, signal, () => {});
  return { ...known, chunks };
}

/** @param {ConverterFiles} converter */
async function assetsOf({ single, shared, films }) {
  const compiled = async (/** @type {Blob} */ blob) => WebAssembly.compile(await blob.arrayBuffer());
  return {
    single: await compiled(single),
    shared: shared && await compiled(shared),
    films: await bytesOf(films),
  };
}

/** @param {File[]} files @param {ConverterFiles} converter @param {ConvertOptions} options
 * @returns {Promise<FileModel>} */
async function converted(files, converter, options) {
  const script = URL.createObjectURL(new Blob([converter.script], { type: "text/javascript" }));
  try {
    const assets = await assetsOf(converter);
    // The worker last: who listens late misses that it could not start.
    const worker = startWorker(script, "evax-convert");
    const model = await convertInWorker(worker, files, { ...options, fetched: assets });
    const chunks = new Map(model.files().map(({ name, content }) => [name, content]));
    return {
      manifest: model.facts,
      bytes: await model.manifest(),
      hash: model.hash,
      chunks: model.facts.chunks.map(({ file }) => /** @type {Blob} */ (chunks.get(file))),
    };
  } catch (error) {
    throw explainedRefusal(error);
  } finally {
    URL.revokeObjectURL(script);
  }
}

/** A model in one file, which can be opened as one. @param {FileModel} model @returns {Promise<Blob>} */
export function fileOfModel({ manifest, bytes, chunks }) {
  const files = manifest.chunks.map(({ file }, i) => ({ name: file, content: chunks[i] }));
  return zipOf([...files, { name: "manifest.json", content: new Blob([/** @type {BlobPart} */ (bytes)]) }]);
}

/**
 * Rejects as convert() and load() do.
 * @param {File[]} files
 * @param {ConverterFiles} converter
 * @param {ConvertOptions & { signal: AbortSignal }} options how a checkpoint is converted
 * @returns {Promise<FileModel>}
 */
export async function openFileModel(files, converter, options) {
  const source = await convertedSource(files, options.signal);
  return source ? verified(source, options.signal) : converted(files, converter, options);
}
