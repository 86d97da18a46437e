/* encode-model.js - from a checkpoint's tensors to the weight stream (model/FORMAT.md).
 *
 *     tensors ── part by part ── Converter ── the stream's pieces, and facts for the manifest
 *
 * Each tensor is read once and not kept; a q8 stream is, because its table comes first and is known last.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { yieldToEventLoop } from "../base/yield-to-event-loop.js";
import { PATCH, TABLES, atGrid, headDimOf } from "./architecture.js";
import { openConverter } from "./convert-module.js";
import { plan } from "./plan.js";
import { ITEM_BYTES, countOf } from "./checkpoint/tensor.js";

/** @typedef {import("./architecture.js").Architecture} Architecture */
/** @typedef {import("./convert-module.js").Converter} Converter */
/** @typedef {import("./convert-module.js").StreamTensor} StreamTensor */
/** @typedef {import("./plan.js").Encoding} Encoding */
/** @typedef {import("./plan.js").Planned} Planned */
/** @typedef {import("./checkpoint/tensor.js").FloatType} FloatType */
/** @typedef {import("./checkpoint/tensor.js").Tensor} Tensor */
/** @typedef {import("./checkpoint/tensor.js").Tensors} Tensors */

/** @typedef {object} EncodeOptions
 * @property {import("./convert-module.js").ConverterAssets} assets fetchConverter()
 * @property {import("./convert-module.js").ConverterPlatform} platform that starts threads
 * @property {Architecture} architecture
 * @property {Tensors} tensors by their official names: recognize()
 * @property {"none" | "sigmoid" | "softmax"} scoring
 * @property {Encoding} dtype of the block matrices
 * @property {{ mean: number, std: number }} recipe of the preprocessing
 * @property {number} [size] another input side in pixels
 * @property {"auto" | number} [threads]
 * @property {AbortSignal} [signal] ends the encoding between two steps of at most some tenths of a second
 * @property {(progress: EncodeProgress) => void} [onProgress]
 */
/** "calibrate": blocks of a q8 model, in parts of a block; "write": blocks of others, and then the bytes
 * of the q8 stream. @typedef {{ phase: "calibrate" | "write", done: number, of: number }} EncodeProgress */

/** What the manifest says of an encoded model.
 * @typedef {object} Facts
 * @property {Architecture & { rope_pitch: number | null }} architecture at the new size
 * @property {{ logits: number[], embedding?: number[], tolerance: number }} selfTest
 * @property {string[]} notes lines worth reading
 * @property {string[]} warnings lines that must be read
 * @property {number} streamBytes
 */
/** What encoding did to a kind of tensors.
 * @typedef {object} ReportLine
 * @property {string} group
 * @property {{ rows: number, cols: number, count: number }[]} shapes
 * @property {Encoding} dtype
 * @property {number} bytes
 * @property {number} relative root mean square error over that of the weights
 * @property {number} largest error
 */

/* How far a logit of the self-test may be from the checkpoint's own: several times what rounding was seen
 * to do (f32 5e-6, f16 0.002, q8 0.09), a fraction of what any mistake does. */
const TOLERANCE = { f32: 1e-3, f16: 0.02, q8: 0.25 };
const SELF_TEST_FEATURES = 16; // so many values of the embedding stand for it

const DEFAULT_PITCH = 14;
const FITS = 5e-4; // the largest difference of a RoPE table from its formula that half precision explains
const EXACT = 1e-6; // that float32 arithmetic explains

/** @param {string} name @param {number[]} shape @param {{ wrong: number, first: number }} found */
function refuseNotFinite(name, shape, { wrong, first }) {
  const place = [];
  for (let rest = first, axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  throw new EvaxError("CHECKPOINT_VALUE", `${name} has ${wrong} values that are not finite numbers, `
    + `the first at [${place.join(", ")}]; this checkpoint is broken`);
}

/** @param {Tensor} tensor @param {string} name @param {AbortSignal} signal */
async function bytesOf({ dtype, shape, read }, name, signal) {
  const bytes = await read(signal);
  signal.throwIfAborted();
  const expected = countOf(shape) * ITEM_BYTES[dtype];
  if (bytes.length === expected) return bytes;
  throw new EvaxError("CHECKPOINT_DAMAGED", `${name} has ${bytes.length} bytes, not ${expected}`);
}

/* ---- tables ---------------------------------------------------------------------------------------- */

/** @typedef {{ cos: Float32Array, sin: Float32Array, pitch: number | null }} Rope */

/** @param {Converter} converter @param {Tensor} tensor @param {string} name @param {AbortSignal} signal */
async function valuesOf(converter, tensor, name, signal) {
  const bytes = await bytesOf(tensor, name, signal);
  const found = converter.readNumbers(bytes, /** @type {FloatType} */ (tensor.dtype));
  if (found.wrong) refuseNotFinite(name, tensor.shape, found);
  return found.values;
}

/** @param {Converter} converter @param {Tensors} tensors @param {string} name @param {AbortSignal} signal */
async function storedTable(converter, tensors, name, signal) {
  const full = await valuesOf(converter, /** @type {Tensor} */ (tensors.get(name)), name, signal);
  const table = converter.halveRope(full);
  if (table) return table;
  throw new EvaxError("CHECKPOINT_TENSORS", "the RoPE table gives two channels of a pair different angles; "
    + "this is not EVA-X's rotary embedding");
}

/** The file's own table, and the formula that it follows. @param {Converter} converter
 * @param {EncodeOptions} options @param {AbortSignal} signal @param {Facts} facts @returns {Promise<Rope>} */
async function ropeOf(converter, { architecture: a, tensors }, signal, { notes, warnings }) {
  if (!tensors.has(TABLES[0])) {
    if (a.size === "B") {
      warnings.push("no RoPE table in the file: the pitch 14 is assumed, but some EVA-X B were trained with 16 "
        + "and would score differently");
    }
    notes.push("RoPE pitch 14 (assumed, no table in the file)");
    return { ...converter.ropeTable(a.grid, DEFAULT_PITCH, headDimOf(a) / 2), pitch: DEFAULT_PITCH };
  }
  const cos = await storedTable(converter, tensors, TABLES[0], signal);
  const sin = await storedTable(converter, tensors, TABLES[1], signal);
  const { pitch, error } = converter.ropePitch(cos, sin, a.grid);
  if (!(error <= FITS)) {
    warnings.push(`the RoPE table fits no known formula (off by ${error.toPrecision(2)}); it is used as it is`);
    return { cos, sin, pitch: null };
  }
  notes.push(`RoPE pitch ${pitch}, ${error > EXACT ? "fp16-rounded" : "exact"} table`);
  return { cos, sin, pitch };
}

/** @param {Architecture} a @param {number} [size] */
function wantedGrid(a, size) {
  if (size === undefined) return a.grid;
  if (Number.isInteger(size / PATCH) && size >= PATCH && size <= 64 * PATCH) return size / PATCH;
  throw new EvaxError("OPTION_INVALID", `size ${size} is not a multiple of ${PATCH} from ${PATCH} to ${64 * PATCH}`);
}

/** What is not in the checkpoint as the stream needs it, by name. @typedef {Map<string, Float32Array>} Made */

/** @param {Converter} converter @param {EncodeOptions} options @param {AbortSignal} signal @param {Facts} facts
 * @returns {Promise<Made>} */
async function makeTables(converter, options, signal, facts) {
  const { architecture: a, tensors, size } = options;
  const grid = wantedGrid(a, size);
  let { cos, sin, pitch } = await ropeOf(converter, options, signal, facts);
  /** @type {Made} */
  const made = new Map();
  if (grid !== a.grid) {
    if (pitch === null) {
      throw new EvaxError("OPTION_INVALID", "size needs a RoPE table of a known formula, and this file's has none");
    }
    ({ cos, sin } = converter.ropeTable(grid, pitch, headDimOf(a) / 2));
    const tensor = /** @type {Tensor} */ (tensors.get("pos_embed"));
    const pos = converter.resizePosEmbed(await valuesOf(converter, tensor, "pos_embed", signal), a.grid, grid);
    made.set("pos_embed", converter.roundNumbers(pos, /** @type {FloatType} */ (tensor.dtype)));
    facts.notes.push(`resized from ${PATCH * a.grid} to ${PATCH * grid} px`);
  }
  facts.architecture = { ...atGrid(a, grid), rope_pitch: pitch };
  return made.set("rope.cos", cos).set("rope.sin", sin);
}

/* ---- parts ----------------------------------------------------------------------------------------- */

/** @param {Float32Array} values */
const bytesOfFloats = (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Gives tensor i, source by source. @param {Converter} converter @param {number} i @param {Planned} planned
 * @param {Tensors} tensors @param {Made} made @param {AbortSignal} signal */
async function giveTensor(converter, i, { rows, cols, sources }, tensors, made, signal) {
  const each = rows * cols / sources.length;
  for (const [n, source] of sources.entries()) {
    const table = source === null ? new Float32Array(each) : made.get(source);
    const tensor = /** @type {Tensor} */ (tensors.get(source ?? ""));
    const bytes = table ? bytesOfFloats(table) : await bytesOf(tensor, source ?? "", signal);
    const kind = table ? "f32" : /** @type {FloatType} */ (tensor.dtype);
    const found = converter.give(i, n * each, bytes, kind);
    if (found.wrong) refuseNotFinite(source ?? "", tensor.shape, found);
  }
}

/** Computes the part that has been given. @param {Converter} converter @param {AbortSignal} signal
 * @param {(left: number) => void} onLeft gets the share that is left */
async function computePart(converter, signal, onLeft) {
  for (let left = 1; left > 0;) {
    await yieldToEventLoop();
    signal.throwIfAborted();
    left = converter.step();
    onLeft(left / 1000);
  }
}

/** @param {Float32Array} values as many digits as float32 has */
const short = (values) => [...values].map((value) => Number(value.toPrecision(7)));

/** @param {Converter} converter @param {Architecture} a @param {Encoding} dtype */
function selfTestOf(converter, a, dtype) {
  const { logits, embedding } = converter.selfTest(a.classes, a.embed_dim);
  return {
    logits: short(logits),
    ...(!a.classes && { embedding: short(embedding.subarray(0, SELF_TEST_FEATURES)) }),
    tolerance: TOLERANCE[dtype],
  };
}

/** Lines by group, in the order of the stream. @param {{ planned: Planned, tensor: StreamTensor }[]} encoded
 * @returns {ReportLine[]} */
function reportOf(encoded) {
  /** @type {Map<string, ReportLine & { signal: number, noise: number }>} */
  const lines = new Map();
  for (const { planned: { group, dtype }, tensor: { rows, cols, bytes, signal, noise, worst } } of encoded) {
    const line = lines.get(group) ?? { group, shapes: [], dtype, bytes: 0, relative: 0, largest: 0, signal: 0, noise: 0 };
    const shape = line.shapes.find((s) => s.rows === rows && s.cols === cols);
    if (shape) shape.count++;
    else line.shapes.push({ rows, cols, count: 1 });
    line.bytes += bytes;
    line.signal += signal;
    line.noise += noise;
    line.largest = Math.max(line.largest, worst);
    lines.set(group, line);
  }
  return [...lines.values()].map(({ signal, noise, ...line }) =>
    ({ ...line, relative: signal ? Math.sqrt(noise / signal) : 0 }));
}

/** The stream from what has been encoded, with the gaps between tensors. */
class Pieces {
  #position = 0;

  /** @param {Uint8Array} bytes */
  * header(bytes) {
    this.#position = bytes.length;
    yield bytes;
  }

  /** @param {StreamTensor} tensor @param {Uint8Array} data */
  * tensor({ offset }, data) {
    if (offset > this.#position) yield new Uint8Array(offset - this.#position);
    yield data;
    this.#position = offset + data.length;
  }
}

/** @typedef {{ planned: Planned, tensor: StreamTensor }} Encoded */

/** Runs every part; yields its tensors. @param {Converter} converter @param {EncodeOptions} options
 * @param {AbortSignal} signal @param {Facts} facts @param {Made} made */
async function* encodeParts(converter, options, signal, { architecture }, made) {
  const { tensors, dtype, onProgress = () => {} } = options;
  const planned = plan(architecture, dtype);
  const phase = dtype === "q8" ? "calibrate" : "write";
  const of = architecture.depth;
  for (let part = 0; part <= of + 1; part++) {
    const { first, last } = converter.nextPart();
    for (let i = first; i < last; i++) {
      await giveTensor(converter, i, planned[i], tensors, made, signal);
    }
    await computePart(converter, signal, (left) =>
      onProgress({ phase, done: Math.min(Math.max(part - left, 0), of), of }));
    for (let i = first; i < last; i++) {
      yield { planned: planned[i], tensor: converter.tensor(i), data: converter.data(i) };
    }
  }
}

/** @param {"auto" | number} threads @param {EncodeOptions} options @param {AbortSignal} signal @param {Facts} facts
 * @param {Encoded[]} encoded @returns {AsyncGenerator<Uint8Array>} */
async function* encodeOn(threads, options, signal, facts, encoded) {
  const { assets, platform, scoring, dtype, recipe, onProgress = () => {} } = options;
  const converter = await openConverter(assets, platform, threads);
  try {
    const made = await makeTables(converter, options, signal, facts);
    converter.plan(facts.architecture, scoring, dtype, recipe);
    if (dtype === "q8") converter.setFilms(assets.films);
    facts.streamBytes = converter.streamBytes;
    await converter.whenReady();
    const pieces = new Pieces();
    /** @type {{ tensor: StreamTensor, data: Blob }[]} as Blobs, which a browser holds outside of the tab */
    const kept = [];
    if (dtype !== "q8") yield* pieces.header(converter.header());
    for await (const { planned, tensor, data } of encodeParts(converter, options, signal, facts, made)) {
      encoded.push({ planned, tensor });
      if (dtype === "q8") kept.push({ tensor, data: new Blob([data]) });
      else yield* pieces.tensor(tensor, data);
    }
    facts.selfTest = selfTestOf(converter, facts.architecture, dtype);
    if (dtype === "q8") yield* pieces.header(converter.header());
    for (const { tensor, data } of kept) {
      signal.throwIfAborted();
      yield* pieces.tensor(tensor, new Uint8Array(await data.arrayBuffer()));
      onProgress({ phase: "write", done: tensor.offset + tensor.bytes, of: facts.streamBytes });
    }
  } finally {
    converter.dispose();
  }
}

/** Only calibration has work for several threads. If one of them is lost in the middle of its work, it begins again
 * with one thread; nothing of the stream has been handed out by then. @param {EncodeOptions} options
 * @param {AbortSignal} signal @param {Facts} facts @param {Encoded[]} encoded @returns {AsyncGenerator<Uint8Array>} */
async function* encode(options, signal, facts, encoded) {
  const threads = options.dtype === "q8" ? options.threads ?? "auto" : 1;
  try {
    yield* encodeOn(threads, options, signal, facts, encoded);
  } catch (error) {
    if (!(error instanceof EvaxError && error.code === "THREADS")) throw error;
    for (const list of [facts.notes, facts.warnings, encoded]) list.length = 0;
    yield* encodeOn(1, options, signal, facts, encoded);
  }
}

/**
 * Encodes a model. Nothing happens before the stream is read. stream: its bytes in order, in pieces of any
 * size; it throws an EvaxError, or the signal's reason. facts resolve, and report() is complete, at its end.
 * @param {EncodeOptions} options
 * @returns {{ stream: AsyncIterable<Uint8Array>, facts: Promise<Facts>, report: () => ReportLine[] }}
 */
export function encodeModel(options) {
  const facts = /** @type {Facts} */ (/** @type {unknown} */ ({ notes: [], warnings: [] }));
  /** @type {Encoded[]} */
  const encoded = [];
  const { promise, resolve, reject } = withResolvers();
  const { signal = new AbortController().signal } = options;
  const stream = (async function* () {
    try {
      yield* encode(options, signal, facts, encoded);
      resolve(facts);
    } catch (error) {
      reject(error);
      throw error;
    }
  })();
  return { stream, facts: promise, report: () => reportOf(encoded) };
}

/** A promise that settles from outside, and whose rejection need not be handled.
 * @returns {{ promise: Promise<Facts>, resolve: (facts: Facts) => void, reject: (error: unknown) => void }} */
function withResolvers() {
  /** @type {any} */
  const settle = {};
  /** @type {Promise<Facts>} */
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
  promise.catch(() => {});
  return { promise, ...settle };
}
