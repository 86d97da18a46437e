/* convert.js - from a checkpoint to a model (model/FORMAT.md): opened, recognized, hashed, encoded, and
 * handed out chunk by chunk, the manifest last.
 *
 *     checkpoint.js ── architecture.js ── published-heads.js, card.js ── encode-model.js
 *                                            chunk-writer.js ── manifest-writer.js ──┘
 *
 * What differs between a browser and Node, opening files, reading modules and starting threads, comes in
 * as a platform.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { isA } from "../engine/given-input.js";
import { TABLES, recognize } from "./architecture.js";
import { readCard } from "./card.js";
import { openCheckpoint } from "./checkpoint/checkpoint.js";
import { checkConvertOptions } from "./convert-options.js";
import { writeChunks } from "./chunk-writer.js";
import { fetchConverter } from "./convert-module.js";
import { encodeModel } from "./encode-model.js";
import { checkCard, writeManifest } from "./manifest-writer.js";
import { headOf, recipeOf } from "./published-heads.js";
import { hashOf } from "./source-hash.js";
import { countOf } from "./checkpoint/tensor.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("./architecture.js").Architecture} Architecture */
/** @typedef {import("./checkpoint/byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./card.js").Card} Card */
/** @typedef {import("./checkpoint/checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {import("./convert-module.js").ConverterAssets} ConverterAssets */
/** @typedef {import("./encode-model.js").ReportLine} ReportLine */
/** @typedef {import("./published-heads.js").Head} Head */
/** @typedef {import("./checkpoint/tensor.js").Tensors} Tensors */

/** A checkpoint, or one of the files of a checkpoint in several: a File or Blob, its bytes, or where it
 * is: an http(s) address, in Node also a file: URL or a path.
 * @typedef {Blob | Uint8Array | ArrayBuffer | string | URL} CheckpointFile */
/** How far a conversion has come. "read": bytes of the checkpoint; "calibrate": blocks, in parts of one;
 * "write": blocks or bytes of the model.
 * @typedef {{ phase: "read" | "calibrate" | "write", done: number, of: number }} ConvertProgress */
/** @typedef {object} ConvertOptions
 * @property {"f32" | "f16" | "q8"} [dtype="q8"] of the block matrices; "q8" is the smallest and
 *   fastest
 * @property {number} [size] another input side in pixels, a multiple of 16; by default the checkpoint's
 * @property {Card | Uint8Array} [card] what a checkpoint cannot say of itself, as an object or as the
 *   bytes of a JSON file
 * @property {string[]} [labels] of the outputs, in their order, with scoring; they win over the card's
 * @property {"sigmoid" | "softmax"} [scoring] how scores come from logits, with labels
 * @property {boolean} [ema=false] take the moving average that some trainers save beside the weights
 * @property {"auto" | number} [threads="auto"] as for load()
 * @property {AbortSignal} [signal] ends the conversion
 * @property {(progress: ConvertProgress) => void} [onProgress] called as it goes on
 * @property {boolean} [worker=true] in browsers: false converts on the calling thread
 * @property {import("../package-files.js").AssetsOption} [assets] in browsers: where the package's files lie, if
 *   not beside its scripts
 * @property {AskCard} [askCard] asked, while the file is open, for what its outputs stand for, where nothing
 *   else tells
 */
/** Gets the number of outputs, and why the last answer would not do ("" at first); resolves with a card that has
 * labels and scoring. @typedef {(question: { classes: number, problem: string }) => Promise<Card | Uint8Array>} AskCard */
/** @typedef {import("./convert-module.js").ConverterPlatform
 *   & { openFile: (place: string | URL, signal: AbortSignal) => Promise<ByteSource>,
 *       openMemory: (file: unknown) => ByteSource | null }} ConvertPlatform */
/** @typedef {object} Conversion
 * @property {Manifest} manifest
 * @property {Uint8Array} bytes of manifest.json
 * @property {string} hash its SHA-256, which names the model
 * @property {string[]} notes lines worth reading
 * @property {string[]} warnings lines that must be read
 * @property {ReportLine[]} report what encoding did to each kind of tensor
 */

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** @param {ConvertOptions} options @returns {Card} */
const cardOf = ({ card = {}, labels, scoring }) =>
  readCard({ ...readCard(card), ...(labels && { labels, scoring }) });

/** @param {ConvertPlatform} platform @param {CheckpointFile} file @param {AbortSignal} signal */
async function openFile(platform, file, signal) {
  if (typeof file === "string" || isA(file, "URL")) return platform.openFile(/** @type {string | URL} */ (file), signal);
  const source = platform.openMemory(file);
  if (source) return source;
  throw new EvaxError("OPTION_INVALID", "a checkpoint must be a File, a Blob, bytes, a path or a URL");
}

/**
 * Opens files, hands them to `use`, and closes them.
 * @template T
 * @param {ConvertPlatform} platform
 * @param {CheckpointFile | CheckpointFile[]} files
 * @param {AbortSignal} signal
 * @param {(sources: ByteSource[]) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withSources(platform, files, signal, use) {
  /** @type {ByteSource[]} */
  const sources = [];
  try {
    for (const file of Array.isArray(files) ? files : [files]) {
      sources.push(await openFile(platform, file, signal));
    }
    return await use(sources);
  } finally {
    for (const source of sources) await source.close?.();
  }
}

/** @param {Tensors} tensors */
export const parametersOf = (tensors) => [...tensors]
  .filter(([name]) => !TABLES.includes(name))
  .reduce((sum, [, { shape }]) => sum + countOf(shape), 0);

/** The variant in words. @param {Architecture} a */
export function describe(a) {
  const kind = a.classes ? "fine-tuned" : "pre-training file, used as feature extractor";
  return `EVA-X ${a.size}, ${kind}, ${a.fused_qkv ? "fused" : "split"} qkv, `
    + `${a.packed_mlp ? "packed" : "split"} SwiGLU${a.inner_norm ? " with inner LayerNorm" : ""}, `
    + `pooling ${a.pooling}`;
}

/** @param {Head} head */
export const describeHead = ({ labels, scoring, dataset }) => (labels.length
  ? [`${labels.length} outputs, ${scoring}, ${dataset}: ${labels.join(", ")}`] : []);

/** @typedef {{ checkpoint: Checkpoint, architecture: Architecture, tensors: Tensors, head: Head,
 *   card: Card, dtype: "f32" | "f16" | "q8" }} Recognized */

/** A head and the card that it goes with, as the manifest will have them. @param {Card} card
 * @param {Architecture} architecture @param {"f32" | "f16" | "q8"} dtype */
function headWith(card, architecture, dtype) {
  const head = headOf(architecture.classes, card);
  checkCard({ architecture: { ...architecture, rope_pitch: null }, head, card, dtype });
  return { head, card };
}

/** The same; whoever can be asked is asked until the answer will do. @param {ConvertOptions} options
 * @param {Architecture} architecture @param {"f32" | "f16" | "q8"} dtype */
async function knownHead(options, architecture, dtype) {
  const { askCard } = options;
  const card = cardOf(options);
  /** @type {Card | Uint8Array} */
  let answer = {};
  for (let asked = false; ; asked = true) {
    try {
      return headWith({ ...card, ...readCard(answer) }, architecture, dtype);
    } catch (error) {
      const { code, message } = error instanceof EvaxError ? error : { code: "", message: "" };
      const askable = code === "LABELS_NEEDED" || (asked && code === "CARD_INVALID");
      if (!askCard || !askable) throw error;
      answer = await askCard({ classes: architecture.classes, problem: asked ? message : "" });
    }
  }
}

/** All that can be refused without reading a weight. @param {ByteSource[]} sources
 * @param {ConvertOptions} options @param {AbortSignal} signal @returns {Promise<Recognized>} */
async function recognizeIn(sources, options, signal) {
  const { ema, dtype = "q8" } = options;
  const checkpoint = await openCheckpoint(sources, { ema, signal });
  const { architecture, tensors } = await recognize(checkpoint.tensors, signal);
  const { head, card } = await knownHead(options, architecture, dtype);
  return { checkpoint, architecture, tensors, head, card, dtype };
}

/** @param {Recognized} found @param {string} hash */
const sourceMember = ({ checkpoint, architecture }, hash) => ({
  checkpoint: checkpoint.name.replace(CONTROL, "?"),
  sha256: hash,
  layout: `${checkpoint.layout}; ${describe(architecture)}`,
});

/**
 * Converts a checkpoint. Rejects with an EvaxError or the signal's reason; what was handed to `keep`
 * until then is of no use.
 * @param {ConvertPlatform} platform
 * @param {CheckpointFile | CheckpointFile[]} files one, or the files of a checkpoint in several
 * @param {ConvertOptions & { fetched?: ConverterAssets }} options fetched: what was fetched before the
 *   network was closed
 * @param {(file: string, bytes: Uint8Array) => void | Promise<void>} keep gets every chunk, in order
 * @returns {Promise<Conversion>}
 */
export async function convertInto(platform, files, options, keep) {
  checkConvertOptions(options);
  const { threads = "auto", size, signal = new AbortController().signal, onProgress = () => {} } = options;
  signal.throwIfAborted();
  const assets = options.fetched ?? await fetchConverter(platform, { threads, signal });
  return withSources(platform, files, signal, async (sources) => {
    const found = await recognizeIn(sources, options, signal);
    const { checkpoint, architecture, tensors, head, card, dtype } = found;
    const hash = await hashOf(checkpoint.sources, signal, (done, of) =>
      onProgress({ phase: "read", done, of }));
    const { stream, facts, report } = encodeModel({
      assets, platform, architecture, tensors, scoring: head.scoring, dtype,
      recipe: recipeOf(architecture, head.dataset), size, threads, signal, onProgress,
    });
    const chunks = await writeChunks(stream, keep);
    const { architecture: made, selfTest, notes, warnings } = await facts;
    const { manifest, bytes } = await writeManifest({
      architecture: made, head, card, dtype, parameters: parametersOf(tensors), chunks, selfTest,
      source: sourceMember(found, hash),
    });
    return {
      manifest, bytes, hash: await sha256(bytes), warnings, report: report(),
      notes: [...checkpoint.notes, describe(architecture), ...describeHead(head), ...notes],
    };
  });
}
