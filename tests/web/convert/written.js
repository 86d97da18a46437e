/* written.js - checkpoints written opcode by opcode and field by field, honest and otherwise: torch's
 * ZIP archives and older files, safetensors, and pickles.
 * SPDX-License-Identifier: MIT */
import { crc32 } from "../../../web/base/crc32.js";

const utf8 = (text) => Buffer.from(text);
const le = (value, bytes) => {
  const out = Buffer.alloc(bytes);
  if (bytes === 8) out.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  else out.writeUIntLE(Number(value), 0, bytes);
  return out;
};

/** Opcodes that leave one object on the stack. */
export class Raw {
  constructor(...parts) {
    this.bytes = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
  }
}

/** The call of a function, with opcodes for its arguments. */
export const call = (module, name, args = ")") => new Raw(`c${module}\n${name}\n`, args, "R");

/** A tensor as a pickle describes it: `numbers` are its storage's bytes, all else can lie. */
export class Written {
  /** @param {any} numbers a typed array @param {number[]} shape @param {{ storage?: string, count?: number,
   *   offset?: number, strides?: number[] }} [more] */
  constructor(numbers, shape, { storage = "FloatStorage", count, offset = 0, strides } = {}) {
    this.numbers = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    this.shape = shape;
    this.storage = storage;
    this.count = count ?? numbers.length;
    this.offset = offset;
    this.strides = strides ?? shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  }
}

/** float32 numbers as a tensor. */
export const floats = (values, shape = [values.length], more = {}) =>
  new Written(Float32Array.from(values), shape, more);

const integer = (value) => (Number.isInteger(value) && value >= 0 && value < 256 ? new Raw("K", le(value, 1))
  : new Raw("\x8a\x08", le(value, 8))).bytes;

/** The opcodes of a tree of Maps, objects, arrays (tuples), texts, numbers, Written and Raw; the storages
 * that it names are added to `storages`. */
export function opcodes(value, storages = []) {
  const inner = (v) => opcodes(v, storages);
  if (value instanceof Raw) return value.bytes;
  if (value instanceof Written) return tensorCodes(value, storages);
  if (typeof value === "string") return Buffer.concat([utf8("X"), le(utf8(value).length, 4), utf8(value)]);
  if (typeof value === "number" || typeof value === "bigint") return integer(value);
  if (Array.isArray(value)) return Buffer.concat([utf8("("), ...value.map(inner), utf8("t")]);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Buffer.concat([utf8("}("), ...entries.flatMap(([k, v]) => [inner(k), inner(v)]), utf8("u")]);
}

function tensorCodes({ numbers, shape, storage, count, offset, strides }, storages) {
  const key = String(storages.length);
  storages.push({ key, numbers, count });
  return Buffer.concat([
    utf8("ctorch._utils\n_rebuild_tensor_v2\n(("), opcodes("storage"), utf8(`ctorch\n${storage}\n`),
    opcodes(key), opcodes("cpu"), integer(count), utf8("tQ"), integer(offset), opcodes(shape),
    opcodes(strides), Buffer.from("\x89}tR", "latin1"),
  ]);
}

/** A whole pickle. */
export const pickle = (value, storages = [], protocol = 2) =>
  Buffer.concat([Buffer.from([0x80, protocol]), opcodes(value, storages), utf8(".")]);

/** A ZIP archive. A file is { name, bytes, ... }, and what else it has overrides the honest fields.
 * @param {any[]} files @param {{ zip64?: boolean, comment?: string }} [options] */
export function zip(files, { zip64 = false, comment = "" } = {}) {
  const parts = [], directory = [];
  let at = 0;
  const put = (list, ...buffers) => { list.push(...buffers); return Buffer.concat(buffers).length; };
  for (const file of files) {
    const { name, bytes, method = 0, flags = 0, crc = crc32(bytes), size = bytes.length, place = at } = file;
    const named = Buffer.isBuffer(name) ? name : utf8(name);
    at += put(parts, le(0x04034b50, 4), le(20, 2), le(flags, 2), le(method, 2), le(0, 4), le(crc, 4),
      le(bytes.length, 4), le(Math.min(size, 0xffffffff), 4), le(named.length, 2), le(0, 2), named, bytes);
    const wide = zip64 ? Buffer.concat([le(1, 2), le(24, 2), le(size, 8), le(bytes.length, 8), le(place, 8)])
      : Buffer.alloc(0);
    const small = (value) => le(zip64 ? 0xffffffff : value, 4);
    put(directory, le(0x02014b50, 4), le(20, 2), le(20, 2), le(flags, 2), le(method, 2), le(0, 4), le(crc, 4),
      small(bytes.length), small(size), le(named.length, 2), le(wide.length, 2), le(0, 2), le(0, 8),
      small(place), named, wide);
  }
  const length = Buffer.concat(directory).length;
  const end64 = zip64 ? [le(0x06064b50, 4), le(44, 8), le(45, 2), le(45, 2), le(0, 8), le(files.length, 8),
    le(files.length, 8), le(length, 8), le(at, 8), le(0x07064b50, 4), le(0, 4), le(at + length, 8), le(1, 4)] : [];
  const full = (value, bytes) => le(zip64 ? 256 ** bytes - 1 : value, bytes);
  return Buffer.concat([...parts, ...directory, ...end64, le(0x06054b50, 4), le(0, 4), full(files.length, 2),
    full(files.length, 2), full(length, 4), full(at, 4), le(utf8(comment).length, 2), utf8(comment)]);
}

/** The files within a checkpoint of torch's present format. */
export function torchFiles(tree) {
  const storages = [];
  const data = pickle(tree, storages);
  return [
    { name: "archive/data.pkl", bytes: data },
    ...storages.map(({ key, numbers }) => ({ name: `archive/data/${key}`, bytes: numbers })),
    { name: "archive/version", bytes: utf8("3\n") },
  ];
}

export const torchZip = (tree) => zip(torchFiles(tree));

/** A checkpoint of torch's older format. @param {any} tree @param {{ magic?: bigint, version?: number,
 *   machine?: any, keys?: string[] }} [more] keys: of the list of storages */
export function torchLegacy(tree, { magic = 0x1950a86a20f9469cfc6cn, version = 1001, machine, keys } = {}) {
  const storages = [];
  const whole = pickle(tree, storages);
  const number = Buffer.alloc(16);
  number.writeBigUInt64LE(BigInt.asUintN(64, magic), 0);
  number.writeBigUInt64LE(magic >> 64n, 8);
  const listed = keys ?? storages.map(({ key }) => key);
  return Buffer.concat([
    pickle(new Raw("\x8a\x10", number)), pickle(version),
    pickle(machine ?? { little_endian: new Raw("\x88") }), whole,
    pickle(new Raw("](", ...listed.map((key) => opcodes(key)), "e")),
    ...storages.flatMap(({ numbers, count }) => [le(count, 8), numbers]),
  ]);
}

/** A safetensors file; a header that is text or bytes is written as it is. */
export function safetensors(header, data = Buffer.alloc(0)) {
  const text = Buffer.isBuffer(header) ? header
    : utf8(typeof header === "string" ? header : JSON.stringify(header));
  return Buffer.concat([le(text.length, 8), text, Buffer.from(data)]);
}

/** Numbers 0..below-1 that follow from a seed. */
export function dice(seed) {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
