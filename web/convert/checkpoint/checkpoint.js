/* checkpoint.js - from the bytes of one or several files to the tensors of one model, by name. Nothing
 * here knows the architecture.
 *
 *     byte-source.js ── file-kind.js ──┬─ torch-zip.js (zip.js) ──┬─ unpickler.js ──┬─ state-dict.js
 *                                      ├─ torch-legacy.js ────────┘                 │
 *                                      └─ safetensors.js ───────────────────────────┘
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { parseStrictJson } from "../../base/strict-json.js";
import { formatOfFile } from "./file-kind.js";
import { openSafetensors } from "./safetensors.js";
import { stateDict } from "./state-dict.js";
import { listing } from "./tensor.js";
import { openTorchLegacy } from "./torch-legacy.js";
import { openTorchZip } from "./torch-zip.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./tensor.js").Tensors} Tensors */
/** @typedef {object} Checkpoint
 * @property {import("./file-kind.js").Format} format
 * @property {string} name of the file, or of the first of several
 * @property {ByteSource[]} sources in the order of their names
 * @property {string} layout how it is wrapped, in words, for the manifest
 * @property {string[]} notes for people
 * @property {Tensors} tensors by name, without prefix; read while the sources are open
 */

const OPEN = { "torch zip": openTorchZip, "torch legacy": openTorchLegacy, "safetensors": openSafetensors };

const MAX_INDEX = 16 << 20; // bytes
const PART = /^(.*)-(\d{5})-of-(\d{5})(\.\w+)$/;

/** @typedef {{ format: import("./file-kind.js").Format, tree: unknown }} Opened */

/** @param {ByteSource} source @param {AbortSignal} [signal] @returns {Promise<Opened>} */
async function openOne(source, signal) {
  const format = await formatOfFile(source, signal);
  return { format, tree: await OPEN[format](source, signal) };
}

/** @param {string} detail @returns {never} */
function incomplete(detail) {
  throw new EvaxError("CHECKPOINT_PARTS", detail);
}

/** @param {ByteSource} source */
function checkAlone({ name }) {
  const [, , part, of] = PART.exec(name) ?? [];
  if (Number(of) > 1) incomplete(`${name} is part ${Number(part)} of ${Number(of)}`);
}

/** The parts that the names of the files promise. @param {ByteSource[]} sources */
function checkNumbered(sources) {
  const [, stem, , of, end] = PART.exec(sources[0].name) ?? [];
  if (!stem || sources.some(({ name }) => PART.exec(name)?.[1] !== stem)) {
    incomplete(`${listing(sources.map(({ name }) => name))} are not the parts of one checkpoint`);
  }
  const wanted = Array.from({ length: Math.min(Number(of), 1000) }, (_, i) =>
    `${stem}-${String(i + 1).padStart(5, "0")}-of-${of}${end}`);
  checkNamed(sources, wanted);
}

/** @param {ByteSource[]} sources @param {string[]} wanted */
function checkNamed(sources, wanted) {
  const names = sources.map(({ name }) => name);
  const absent = wanted.filter((name) => !names.includes(name));
  if (absent.length) incomplete(`there is no ${listing(absent)}`);
  const extra = names.filter((name) => !wanted.includes(name));
  if (extra.length) incomplete(`${listing(extra)} is no part of this checkpoint`);
}

/** @param {ByteSource} index @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, string>>} the file of each tensor */
async function readIndex(index, signal) {
  if (index.size > MAX_INDEX) throw new EvaxError("CHECKPOINT_DAMAGED", `${index.name} is too long`);
  let read;
  try {
    read = parseStrictJson(await index.read(0, index.size, signal));
  } catch (cause) {
    if (cause instanceof EvaxError || signal?.aborted) throw cause;
    const { message } = /** @type {Error} */ (cause);
    throw new EvaxError("CHECKPOINT_DAMAGED", `${index.name} is not JSON: ${message}`, { cause });
  }
  const files = /** @type {any} */ (read)?.weight_map;
  if (typeof files !== "object" || files === null
    || !Object.values(files).every((file) => typeof file === "string")) {
    throw new EvaxError("CHECKPOINT_DAMAGED", `${index.name} has no weight_map`);
  }
  return new Map(Object.entries(files));
}

/** @param {Map<string, unknown>} merged @param {Map<unknown, unknown>} tree @param {string} file
 * @param {Map<string, string> | null} index */
function mergePart(merged, tree, file, index) {
  for (const [name, value] of tree) {
    if (merged.has(String(name))) throw new EvaxError("CHECKPOINT_TENSORS", `${name} is in two files`);
    if (index && index.get(String(name)) !== file) {
      throw new EvaxError("CHECKPOINT_PARTS", `the index does not say that ${name} is in ${file}`);
    }
    merged.set(String(name), value);
  }
}

/** @param {ByteSource[]} sources @param {AbortSignal} [signal] @returns {Promise<Opened>} */
async function openParts(sources, signal) {
  const indexSource = sources.find(({ name }) => name.endsWith(".index.json"));
  const parts = sources.filter((source) => source !== indexSource);
  const index = indexSource ? await readIndex(indexSource, signal) : null;
  if (index) checkNamed(parts, [...new Set(index.values())]);
  else checkNumbered(parts);
  const merged = new Map();
  let format;
  for (const part of parts) {
    const opened = await openOne(part, signal);
    format = opened.format;
    if (!(opened.tree instanceof Map)) incomplete(`${part.name} holds no tensors`);
    mergePart(merged, opened.tree, part.name, index);
  }
  const absent = [...index?.keys() ?? []].filter((name) => !merged.has(name));
  if (absent.length) incomplete(`no file has ${listing(absent)}`);
  return { format: format ?? incomplete("there is only an index"), tree: merged };
}

/** @param {Opened} opened @param {import("./state-dict.js").StateDict} state @param {number} files */
const layoutOf = ({ format }, { path, prefix }, files) => [
  format,
  ...(files > 1 ? [`${files} files`] : []),
  ...(path.length ? [`in '${path.join(".")}'`] : []),
  ...(prefix ? [`prefix '${prefix}'`] : []),
].join(", ");

/**
 * Opens a checkpoint. Rejects with a CHECKPOINT_ code, with INPUT_UNREADABLE, or the signal's reason.
 * @param {ByteSource[]} files one; or the parts of a checkpoint in several, with their index.json if
 *   there is one
 * @param {{ ema?: boolean, signal?: AbortSignal }} [options] ema: take the moving average that some
 *   trainers save beside the weights
 * @returns {Promise<Checkpoint>}
 */
export async function openCheckpoint(files, { ema = false, signal } = {}) {
  const sources = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (sources.length === 0) incomplete("no file was given");
  if (sources.length === 1) checkAlone(sources[0]);
  const opened = await (sources.length === 1 ? openOne(sources[0], signal) : openParts(sources, signal));
  const state = stateDict(opened.tree, ema);
  return {
    format: opened.format,
    name: sources.find(({ name }) => !name.endsWith(".index.json"))?.name ?? sources[0].name,
    sources,
    layout: layoutOf(opened, state, sources.length),
    notes: state.notes,
    tensors: state.tensors,
  };
}
