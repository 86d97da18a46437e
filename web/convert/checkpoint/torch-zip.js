/* torch-zip.js - checkpoints as torch.save writes them since version 1.6: a ZIP archive of
 * <name>/data.pkl and <name>/data/<key>, nothing compressed.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { storageType, torchTensor } from "./torch-tensor.js";
import { MAX_PICKLE, unpickle } from "./unpickler.js";
import { Zip } from "./zip.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {import("./torch-tensor.js").Storage} Storage */

const CHECKPOINT_NAME = /\.(pth|pt|bin|ckpt|safetensors|zip|tar|gz)$/i;

/** What an archive is that is no checkpoint. @param {string[]} names of its files
 * @returns {[import("../../base/errors.js").ErrorCode, string]} */
function otherArchive(names) {
  const has = (/** @type {RegExp} */ pattern) => names.find((name) => pattern.test(name));
  if (has(/(^|\/)manifest\.json$/) && has(/(^|\/)chunk-\d+\.bin$/)) {
    return ["CHECKPOINT_FORMAT", "this ZIP archive holds a converted model; unpack it, and open the folder"];
  }
  const inner = has(CHECKPOINT_NAME);
  if (inner) {
    return ["CHECKPOINT_UNSUPPORTED", `this ZIP archive holds ${inner}; unpack it, and give that file`];
  }
  if (has(/\.npy$/)) return ["CHECKPOINT_FORMAT", "this is a NumPy archive (.npz)"];
  if (has(/^(word|xl|ppt)\//)) return ["CHECKPOINT_FORMAT", "this is an office document"];
  return ["CHECKPOINT_FORMAT", "this ZIP archive is no torch checkpoint: it has no data.pkl"];
}

/** The start of the names of the checkpoint's files. @param {Zip} zip */
function rootOf({ entries }) {
  const names = [...entries.keys()];
  const pickles = names.filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickles.length === 0) throw new EvaxError(...otherArchive(names));
  if (pickles.length > 1) {
    throw new EvaxError("CHECKPOINT_FORMAT", `this ZIP archive has ${pickles.length} files named data.pkl`);
  }
  const root = pickles[0].slice(0, -"data.pkl".length);
  if (entries.has(`${root}constants.pkl`) || names.some((name) => name.startsWith(`${root}code/`))) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", "this is a TorchScript archive, a program with its weights");
  }
  return root;
}

/** @param {Zip} zip @param {string} root @param {AbortSignal} [signal] */
async function checkByteOrder(zip, root, signal) {
  const name = `${root}byteorder`;
  if (!zip.entries.has(name)) return;
  const member = zip.member(name);
  const order = member.size <= 16 ? await member.read(0, member.size, signal) : new Uint8Array(0);
  if (new TextDecoder().decode(order) !== "little") {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", "it was saved on a big-endian machine");
  }
}

/** @param {Zip} zip @param {string} root @param {string} cls @param {string} key @param {number} count
 * @returns {Storage} */
function storageOf(zip, root, cls, key, count) {
  const { dtype, itemBytes } = storageType(cls);
  const member = zip.member(`${root}data/${key}`);
  if (count * itemBytes !== member.size) {
    throw new EvaxError("CHECKPOINT_DAMAGED",
      `${member.name} has ${member.size} bytes, but the pickle promises ${count} ${dtype} numbers`);
  }
  return {
    name: member.name,
    dtype,
    count,
    read: (offset, length, signal) => member.read(offset, length, signal),
  };
}

/**
 * The object in the checkpoint, with Tensors in it.
 * @param {ByteSource} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>} rejects with an EvaxError
 */
export async function openTorchZip(source, signal) {
  const zip = await Zip.open(source, signal);
  const root = rootOf(zip);
  await checkByteOrder(zip, root, signal);
  const pickle = zip.member(`${root}data.pkl`);
  if (pickle.size > MAX_PICKLE) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", `its pickle has ${pickle.size} bytes, too many`);
  }
  return unpickle(await pickle.read(0, pickle.size, signal), {
    storage: (cls, key, count) => storageOf(zip, root, cls, key, count),
    tensor: (storage, ...place) => torchTensor(/** @type {Storage} */ (storage), ...place),
  }).value;
}
