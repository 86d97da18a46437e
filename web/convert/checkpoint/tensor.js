/* tensor.js - a tensor found in a checkpoint. Its numbers are read when they are asked for, so that a
 * checkpoint is never in memory as a whole.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** @typedef {"f64" | "f32" | "f16" | "bf16"} FloatType */
/** @typedef {object} Tensor
 * @property {string} dtype a FloatType; or the name of another type, whose numbers are never read
 * @property {number[]} shape
 * @property {(signal?: AbortSignal) => Promise<Uint8Array>} read its numbers, little-endian and in C
 *   order, in bytes of the caller's own; rejects with an EvaxError or the signal's reason
 */
/** @typedef {Map<string, Tensor>} Tensors by name */

/** Bytes of one number. @type {Record<string, number>} */
export const ITEM_BYTES = { f64: 8, f32: 4, f16: 2, bf16: 2 };

/** @param {readonly number[]} shape */
export const countOf = (shape) => shape.reduce((count, n) => count * n, 1);

/** The names, sorted, for a message, cut after `most`. @param {Iterable<string>} names */
export function listing(names, most = 8) {
  const sorted = [...names].sort();
  const more = sorted.length > most ? ` and ${sorted.length - most} more` : "";
  return sorted.slice(0, most).join(", ") + more;
}

/** @param {number} bits of an IEEE binary16 */
function halfValue(bits) {
  const [exponent, fraction] = [bits >> 10 & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24
    : exponent === 31 ? (fraction ? NaN : Infinity) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

const FLOAT = new DataView(new ArrayBuffer(4));

/** @param {number} bits the upper half of an IEEE binary32 */
function bfloatValue(bits) {
  FLOAT.setUint16(0, bits);
  return FLOAT.getFloat32(0);
}

/** @type {Record<string, (view: DataView, at: number) => number>} */
const VALUE = {
  f64: (view, at) => view.getFloat64(at, true),
  f32: (view, at) => view.getFloat32(at, true),
  f16: (view, at) => halfValue(view.getUint16(at, true)),
  bf16: (view, at) => bfloatValue(view.getUint16(at, true)),
};

/**
 * The numbers of a small tensor, rounded to float32: for comparing tables and biases. Weights are
 * read by the converter's module. Refuses what is no floating point, and NaN and infinity.
 * @param {Tensor} tensor
 * @param {string} name for the error
 * @param {AbortSignal} [signal]
 */
export async function smallValues({ dtype, shape, read }, name, signal) {
  checkFloat(dtype, name);
  const bytes = await read(signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: countOf(shape) },
    (_, i) => VALUE[dtype](view, i * ITEM_BYTES[dtype]));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new EvaxError("CHECKPOINT_VALUE", `${name} holds ${values[bad]} at place ${bad}`);
}

/** @param {string} dtype @param {string} name */
export function checkFloat(dtype, name) {
  if (Object.hasOwn(ITEM_BYTES, dtype)) return;
  throw new EvaxError("CHECKPOINT_VALUE",
    `${name} holds ${dtype} numbers; only floating point is a weight`);
}
