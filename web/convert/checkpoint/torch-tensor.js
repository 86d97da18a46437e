/* torch-tensor.js - torch's tensors: parts of storages, seen through strides. What a pickle claims of one
 * is checked against what the storage has before a number is read.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { damagedPickle } from "./pickle-reader.js";
import { Tuple } from "./pickle-values.js";
import { ITEM_BYTES, countOf } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */

const MAX_DIMENSIONS = 8;
/* The largest matrix that a model here can have has 8192 x 2048 numbers. */
const MAX_TENSOR = 1 << 26; // numbers

/** Storage class -> type and bytes of a number. @type {Record<string, [string, number]>} */
const STORAGES = {
  DoubleStorage: ["f64", 8], FloatStorage: ["f32", 4], HalfStorage: ["f16", 2],
  BFloat16Storage: ["bf16", 2], LongStorage: ["i64", 8], IntStorage: ["i32", 4],
  ShortStorage: ["i16", 2], CharStorage: ["i8", 1], ByteStorage: ["u8", 1], BoolStorage: ["bool", 1],
  ComplexFloatStorage: ["complex", 8], ComplexDoubleStorage: ["complex", 16],
  QInt8Storage: ["quantized", 1], QUInt8Storage: ["quantized", 1], QInt32Storage: ["quantized", 4],
  UntypedStorage: ["bytes", 1],
};

/** torch's dtype of a tensor in a storage without type -> ours. @type {Record<string, string>} */
const TYPES = {
  "torch float64": "f64", "torch float32": "f32", "torch float16": "f16", "torch bfloat16": "bf16",
};

/** Type and bytes of a number. @param {string} cls such as "torch FloatStorage" */
export function storageType(cls) {
  const known = STORAGES[cls.replace(/^torch(\.cuda|\.storage)? /, "")];
  if (known) return { dtype: known[0], itemBytes: known[1] };
  throw new EvaxError("CHECKPOINT_UNSUPPORTED", `it holds a storage of the type "${cls}"`);
}

/** Where a tensor's numbers lie.
 * @typedef {object} Storage
 * @property {string} name for messages
 * @property {string} dtype
 * @property {number} count of numbers
 * @property {(offset: number, length: number, signal?: AbortSignal) => Promise<Uint8Array>} read
 *   bytes of it
 */

/** @param {unknown} value @returns {value is number} */
const isSize = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param {unknown} tuple @returns {number[]} */
function sizesOf(tuple) {
  if (!(tuple instanceof Tuple) || tuple.items.length > MAX_DIMENSIONS || !tuple.items.every(isSize)) {
    damagedPickle("has a tensor of an impossible shape");
  }
  return /** @type {number[]} */ (tuple.items);
}

/** @param {readonly number[]} shape */
function stridesOf(shape) {
  const strides = [...shape].fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/** Whether the numbers lie one after the other. @param {number[]} shape @param {number[]} strides */
const isContiguous = (shape, strides) =>
  stridesOf(shape).every((stride, i) => shape[i] === 1 || stride === strides[i]);

/** Copies what strides reach, in C order. @param {Uint8Array} from @param {number[]} shape
 * @param {number[]} strides in numbers @param {number} itemBytes */
function gathered(from, shape, strides, itemBytes) {
  const to = new Uint8Array(countOf(shape) * itemBytes);
  const index = shape.map(() => 0);
  for (let at = 0, source = 0; at < to.length; at += itemBytes) {
    for (let k = 0; k < itemBytes; k++) to[at + k] = from[source * itemBytes + k];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return to;
}

/** @param {Storage} storage @param {number} offset @param {number[]} shape @param {number[]} strides
 * @param {string} dtype @param {AbortSignal} [signal] */
async function readThrough(storage, offset, shape, strides, dtype, signal) {
  const [count, itemBytes] = [countOf(shape), ITEM_BYTES[dtype]];
  if (count > MAX_TENSOR) {
    throw new EvaxError("CHECKPOINT_TENSORS", `a tensor [${shape.join(", ")}] is larger than any of EVA-X`);
  }
  if (count === 0) return new Uint8Array(0);
  const reach = 1 + lastOf(shape, strides);
  const bytes = await storage.read(offset * itemBytes, reach * itemBytes, signal);
  return isContiguous(shape, strides) ? bytes : gathered(bytes, shape, strides, itemBytes);
}

/** How far from the first number the last one is. @param {number[]} shape @param {number[]} strides */
const lastOf = (shape, strides) => shape.reduce((last, n, i) => last + (n - 1) * strides[i], 0);

/**
 * A tensor as a pickle describes it. Throws CHECKPOINT_DAMAGED where it leaves its storage.
 * @param {Storage} storage
 * @param {unknown} offset in numbers
 * @param {unknown} shape
 * @param {unknown} strides in numbers
 * @param {string} [type] torch's, of a tensor in a storage that has none
 * @returns {Tensor}
 */
export function torchTensor(storage, offset, shape, strides, type = "") {
  const [sizes, steps] = [sizesOf(shape), sizesOf(strides)];
  if (!isSize(offset) || sizes.length !== steps.length) {
    damagedPickle("has a tensor of an impossible shape");
  }
  const dtype = storage.dtype === "bytes" ? TYPES[type] ?? (type || "bytes") : storage.dtype;
  const room = storage.dtype === "bytes" ? storage.count / (ITEM_BYTES[dtype] ?? 1) : storage.count;
  const last = offset + lastOf(sizes, steps);
  if (!sizes.includes(0) && !(last < room)) {
    throw new EvaxError("CHECKPOINT_DAMAGED", `a tensor of shape [${sizes.join(", ")}] needs `
      + `${last + 1} numbers, but ${storage.name} has ${Math.floor(room)}`);
  }
  return {
    dtype,
    shape: sizes,
    read: (signal) => readThrough(storage, offset, sizes, steps, dtype, signal),
  };
}
