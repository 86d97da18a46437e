/* torch-legacy.js - checkpoints as torch.save wrote them before version 1.6, and still does on request:
 * five pickles one after the other (a number, a version, the machine, the object, the keys of its
 * storages), then each storage, as a count of 8 bytes and its numbers.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { Tuple } from "./pickle-values.js";
import { storageType, torchTensor } from "./torch-tensor.js";
import { MAX_PICKLE, unpickle } from "./unpickler.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** A storage whose place is known once all pickles are read.
 * @typedef {import("./torch-tensor.js").Storage & { itemBytes: number, start: number }} Placed */

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
const COUNT_BYTES = 8;

/** @param {string} detail @returns {never} */
function damaged(detail) {
  throw new EvaxError("CHECKPOINT_DAMAGED", detail);
}

/** Whether a storage is of a kind of view that torch has not written since version 0.4; those begin
 * within another storage. @param {unknown} view */
function checkNoView(view) {
  if (view !== undefined && view !== null) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", "it has storages within storages, as torch 0.3 had");
  }
}

/** What a pickle makes of its storages, each once. @param {ByteSource} source
 * @param {Map<string, Placed>} storages */
const builderFor = (source, storages) => ({
  /** @type {import("./unpickler.js").Builder["storage"]} */
  storage(cls, key, count, view) {
    checkNoView(view);
    const { dtype, itemBytes } = storageType(cls);
    const known = storages.get(key);
    if (known && (known.count !== count || known.dtype !== dtype)) {
      damaged(`storage ${key} is described twice, in two ways`);
    }
    if (known) return known;
    /** @type {Placed} */
    const placed = {
      name: `storage ${key}`, dtype, count, itemBytes, start: 0,
      read: (offset, length, signal) => source.read(placed.start + offset, length, signal),
    };
    storages.set(key, placed);
    return placed;
  },
  /** @type {import("./unpickler.js").Builder["tensor"]} */
  tensor: (storage, ...place) => torchTensor(/** @type {Placed} */ (storage), ...place),
});

/** @param {unknown} magic @param {unknown} version @param {unknown} machine */
function checkHead(magic, version, machine) {
  if (magic !== MAGIC) {
    throw new EvaxError("CHECKPOINT_FORMAT", "this is a pickle, but torch.save did not write it");
  }
  if (version !== VERSION) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", `it is of version ${version} of torch's older format`);
  }
  if (machine instanceof Map && machine.get("little_endian") === false) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", "it was saved on a big-endian machine");
  }
}

/** Finds where each storage lies. @param {ByteSource} source @param {unknown} keys
 * @param {Map<string, Placed>} storages @param {number} at of the first @param {AbortSignal} [signal] */
async function place(source, keys, storages, at, signal) {
  const listed = keys instanceof Tuple ? keys.items : keys;
  const wrong = "its list of storages is not that of its pickle";
  if (!Array.isArray(listed) || listed.length !== storages.size
    || new Set(listed).size !== storages.size) damaged(wrong);
  let start = at;
  for (const key of listed) {
    const storage = storages.get(key) ?? damaged(wrong);
    const head = await source.read(start, COUNT_BYTES, signal);
    const count = new DataView(head.buffer, head.byteOffset).getBigInt64(0, true);
    if (count !== BigInt(storage.count)) {
      damaged(`${storage.name} has ${count} numbers, but the pickle promises ${storage.count}`);
    }
    storage.start = start + COUNT_BYTES;
    start = storage.start + storage.count * storage.itemBytes;
    if (start > source.size) damaged(`it ends within ${storage.name}: its download was not completed`);
  }
}

/**
 * The object in the checkpoint, with Tensors in it.
 * @param {ByteSource} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>} rejects with an EvaxError
 */
export async function openTorchLegacy(source, signal) {
  const bytes = await source.read(0, Math.min(source.size, MAX_PICKLE), signal);
  /** @type {Map<string, Placed>} */
  const storages = new Map();
  const builder = builderFor(source, storages);
  let at = 0;
  const next = () => {
    const { value, end } = unpickle(bytes, builder, at);
    at = end;
    return value;
  };
  const magic = next();
  if (magic !== MAGIC) checkHead(magic, VERSION, null);
  checkHead(magic, next(), next());
  const [tree, keys] = [next(), next()];
  await place(source, keys, storages, at, signal);
  return tree;
}
