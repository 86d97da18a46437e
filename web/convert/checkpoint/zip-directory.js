/* zip-directory.js - what a ZIP archive says it holds: its central directory, with ZIP64.
 *
 * The directory is believed in nothing: every entry must lie within the file, before the directory,
 * and apart from all others, so that what can be read out is never more than the file has.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {object} Entry
 * @property {string} name
 * @property {number} at of its local header
 * @property {number} end no byte of it lies at or after this
 * @property {number} size in bytes, unpacked
 * @property {number} packed in bytes, as stored
 * @property {number} method 0 stored
 * @property {number} crc of the unpacked bytes
 * @property {boolean} encrypted
 */

const END = { signature: 0x06054b50, bytes: 22 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 };
const FILE_HEADER = { signature: 0x02014b50, bytes: 46 };
const LOCAL_BYTES = 30;
const MAX_COMMENT = 65535;
const MAX_DIRECTORY = 32 << 20; // bytes; one of a thousand tensors has 100 kB
const ZIP64_EXTRA = 1;
const [FULL16, FULL32] = [0xffff, 0xffffffff]; // see the ZIP64 field instead
const [ENCRYPTED, UTF8] = [0x2041, 0x800]; // flags

/** @param {string} detail @returns {never} */
function damaged(detail) {
  throw new EvaxError("CHECKPOINT_DAMAGED", `the ZIP archive ${detail}`);
}

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param {DataView} view @param {number} at */
function wide(view, at) {
  const value = view.getBigUint64(at, true);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : damaged("names a place beyond all files");
}

/** @typedef {{ at: number, bytes: number, count: number }} Place of a directory */

/** The end record, which comes before a comment at the end of the file.
 * @param {ByteSource} source @param {AbortSignal} [signal] */
async function findEnd(source, signal) {
  const length = Math.min(source.size, END.bytes + MAX_COMMENT);
  const view = viewOf(await source.read(source.size - length, length, signal));
  for (let at = length - END.bytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + view.getUint16(at + 20, true) > length) continue;
    const end = new DataView(view.buffer, view.byteOffset + at, END.bytes);
    return { end, at: source.size - length + at };
  }
  return damaged("has no directory at its end; its download was not completed");
}

/** @param {ByteSource} source @param {number} endAt @param {AbortSignal} [signal]
 * @returns {Promise<Place & { stop: number }>} stop: where the directory must end */
async function place64(source, endAt, signal) {
  if (endAt < LOCATOR64.bytes + END64.bytes) damaged("ends where its ZIP64 record should be");
  const locator = viewOf(await source.read(endAt - LOCATOR64.bytes, LOCATOR64.bytes, signal));
  if (locator.getUint32(0, true) !== LOCATOR64.signature) damaged("has no ZIP64 record");
  const stop = wide(locator, 8);
  const end = viewOf(await source.read(stop, END64.bytes, signal));
  if (end.getUint32(0, true) !== END64.signature) damaged("has no ZIP64 record where it should be");
  if (end.getUint32(16, true) || end.getUint32(20, true)) damaged("is one of several parts");
  return { count: wide(end, 32), bytes: wide(end, 40), at: wide(end, 48), stop };
}

/** @param {ByteSource} source @param {AbortSignal} [signal] @returns {Promise<Place>} */
async function findDirectory(source, signal) {
  const { end, at: endAt } = await findEnd(source, signal);
  const plain = {
    count: end.getUint16(10, true), bytes: end.getUint32(12, true), at: end.getUint32(16, true),
    stop: endAt,
  };
  const full = plain.count === FULL16 || plain.bytes === FULL32 || plain.at === FULL32;
  if (!full && (end.getUint16(4, true) || end.getUint16(6, true))) damaged("is one of several parts");
  const place = full ? await place64(source, endAt, signal) : plain;
  if (place.at + place.bytes > place.stop) damaged("has its directory outside of the file");
  if (place.bytes > MAX_DIRECTORY || place.count * FILE_HEADER.bytes > place.bytes) {
    damaged(`claims ${place.count} files in a directory of ${place.bytes} bytes`);
  }
  return place;
}

/** The ZIP64 field of an entry: what did not fit, in this order. @param {DataView} extra
 * @param {number[]} values size, packed size, place, as the header has them */
function widened(extra, values) {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const next = at + 4 + extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === ZIP64_EXTRA) {
      at += 4;
      return values.map((value) => (value === FULL32 ? wide(extra, (at += 8) - 8) : value));
    }
    at = next;
  }
  return values;
}

/** @param {Uint8Array} bytes @param {boolean} utf8 */
function nameOf(bytes, utf8) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return utf8 ? damaged("has a name that is not the UTF-8 it says it is")
      : new TextDecoder("latin1").decode(bytes);
  }
}

/** @param {DataView} view @param {number} at of the file header
 * @returns {{ entry: Entry, next: number }} */
function readEntry(view, at) {
  const header = new DataView(view.buffer, view.byteOffset + at, FILE_HEADER.bytes);
  if (header.getUint32(0, true) !== FILE_HEADER.signature) damaged("has a broken directory");
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) => header.getUint16(o, true));
  const nameAt = at + FILE_HEADER.bytes;
  const extra = new DataView(view.buffer, view.byteOffset + nameAt + nameLength, extraLength);
  const plain = [24, 20, 42].map((o) => header.getUint32(o, true));
  const [size, packed, local] = widened(extra, plain);
  const flags = header.getUint16(8, true);
  const name = new Uint8Array(view.buffer, view.byteOffset + nameAt, nameLength);
  const entry = {
    name: nameOf(name, (flags & UTF8) !== 0),
    at: local, end: local + LOCAL_BYTES + nameLength + packed, size, packed,
    method: header.getUint16(10, true), crc: header.getUint32(16, true),
    encrypted: (flags & ENCRYPTED) !== 0,
  };
  return { entry, next: nameAt + nameLength + extraLength + commentLength };
}

/** @param {DataView} view of the directory @param {number} count */
function readEntries(view, count) {
  const entries = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(view, at);
    entries.push(entry);
    at = next;
  }
  return at === view.byteLength ? entries : damaged("has more files than its directory counts");
}

/** Gives every entry the room up to the next one. @param {Entry[]} entries @param {number} stop */
function checkApart(entries, stop) {
  const inOrder = [...entries].sort((a, b) => a.at - b.at);
  inOrder.forEach((entry, i) => {
    const limit = inOrder[i + 1]?.at ?? stop;
    if (entry.end > limit) {
      damaged(`has ${entry.name} reach into ${inOrder[i + 1]?.name ?? "its directory"}`);
    }
    entry.end = limit;
  });
}

/**
 * @param {ByteSource} source that begins as a ZIP archive does
 * @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, Entry>>} by name. Rejects with CHECKPOINT_DAMAGED
 */
export async function readDirectory(source, signal) {
  const place = await findDirectory(source, signal);
  const view = viewOf(await source.read(place.at, place.bytes, signal));
  let entries;
  try {
    entries = readEntries(view, place.count);
  } catch (error) {
    if (error instanceof RangeError) damaged("has a directory that ends in the middle");
    throw error;
  }
  checkApart(entries, place.at);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.size !== entries.length) damaged("holds two files of the same name");
  return byName;
}
