/* safetensors.js - the safetensors format: the length of the header in 8 bytes, the header in JSON, then
 * the numbers, without gaps or overlaps.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { parseStrictJson } from "../../base/strict-json.js";
import { countOf } from "./tensor.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {{ dtype: string, shape: number[], data_offsets: [number, number] }} Entry */

const MAX_HEADER = 16 << 20; // bytes; one of a thousand tensors has 100 kB
const LENGTH_BYTES = 8;

/** @type {Record<string, string>} */
const TYPES = { F64: "f64", F32: "f32", F16: "f16", BF16: "bf16" };
/** Bytes of a number. @type {Record<string, number>} */
const BYTES = {
  F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1,
  F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1,
};

/** @param {string} detail @returns {never} */
function damaged(detail) {
  throw new EvaxError("CHECKPOINT_DAMAGED", detail);
}

/** @param {ByteSource} source @param {AbortSignal} [signal] */
async function readHeader(source, signal) {
  const head = await source.read(0, LENGTH_BYTES, signal);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER, source.size - LENGTH_BYTES))) {
    damaged(`its safetensors header claims ${length} bytes`);
  }
  const text = await source.read(LENGTH_BYTES, Number(length), signal);
  return { header: parseHeader(text), start: LENGTH_BYTES + Number(length) };
}

/** @param {Uint8Array} text */
function parseHeader(text) {
  let header;
  try {
    header = parseStrictJson(text);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw new EvaxError("CHECKPOINT_DAMAGED", `its safetensors header is not JSON: ${message}`, { cause });
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    damaged("its safetensors header is not a JSON object");
  }
  return new Map(Object.entries(header).filter(([name]) => name !== "__metadata__"));
}

/** @param {unknown} value */
const isSize = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param {any} entry @returns {entry is Entry} */
function isEntry(entry) {
  if (!Array.isArray(entry?.shape) || !Array.isArray(entry.data_offsets)) return false;
  const { shape, data_offsets: offsets, dtype } = entry;
  return shape.every(isSize) && offsets.length === 2 && offsets.every(isSize)
    && typeof dtype === "string" && Object.hasOwn(BYTES, dtype)
    && offsets[1] - offsets[0] === countOf(shape) * BYTES[dtype];
}

/** Every entry well formed, and the entries together exactly the data.
 * @param {Map<string, Entry>} header @param {number} dataBytes */
function checkLayout(header, dataBytes) {
  for (const [name, entry] of header) {
    if (isEntry(entry)) continue;
    damaged(`the safetensors entry of ${name} contradicts itself, or its type is not known`);
  }
  const inOrder = [...header].sort(([, a], [, b]) =>
    a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  for (const [name, { data_offsets: offsets }] of inOrder) {
    if (offsets[0] !== end) damaged(`${name} does not start where the tensor before it ends`);
    end = offsets[1];
  }
  if (end !== dataBytes) {
    damaged(`its safetensors header describes ${end} bytes, but the file has ${dataBytes}`);
  }
}

/** @param {ByteSource} source @param {number} start @param {Entry} entry @returns {Tensor} */
function tensorOf(source, start, { dtype, shape, data_offsets: [begin, end] }) {
  return {
    dtype: TYPES[dtype] ?? dtype,
    shape,
    read: (signal) => source.read(start + begin, end - begin, signal),
  };
}

/**
 * @param {ByteSource} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, Tensor>>} rejects with CHECKPOINT_DAMAGED
 */
export async function openSafetensors(source, signal) {
  const { header, start } = await readHeader(source, signal);
  checkLayout(header, source.size - start);
  return new Map([...header].map(([name, entry]) => [name, tensorOf(source, start, entry)]));
}
