/* file-kind.js - what a file is, by its first bytes: a checkpoint of one of three formats, or one of the
 * many things that are given in its place, which the refusal names.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */
/** @typedef {"torch zip" | "torch legacy" | "safetensors"} Format */
/** @typedef {import("../../base/errors.js").ErrorCode} ErrorCode */

const HEAD_BYTES = 512;

/** @type {[string, number, string][]} first bytes (latin1), where they are, and what it is */
const STRANGERS = [
  ["EVAX", 0, "this is a chunk of a converted model; open the folder with its manifest.json"],
  ["\x89HDF\r\n\x1a\n", 0, "this is an HDF5 file, of Keras for example"],
  ["GGUF", 0, "this is a GGUF file, a language model"],
  ["TFL3", 4, "this is a TensorFlow Lite model"],
  ["\x93NUMPY", 0, "this is a NumPy array"],
  ["\x1f\x8b", 0, "this is a gzip archive; unpack it, and give the file in it"],
  ["ustar", 257, "this is a tar archive; unpack it, and give the file in it"],
  ["7z\xbc\xaf\x27\x1c", 0, "this is a 7z archive; unpack it, and give the file in it"],
  ["Rar!", 0, "this is a RAR archive; unpack it, and give the file in it"],
  ["\xfd7zXZ", 0, "this is an xz archive; unpack it, and give the file in it"],
  ["\x28\xb5\x2f\xfd", 0, "this is a zstd archive; unpack it, and give the file in it"],
  ["\x89PNG\r\n", 0, "this is a PNG picture"],
  ["\xff\xd8\xff", 0, "this is a JPEG picture"],
  ["DICM", 128, "this is a DICOM file"],
  ["%PDF", 0, "this is a PDF document"],
];

/** @param {string} text @returns {[ErrorCode, string] | null} */
function textKind(text) {
  if (/^version [^\n]*git-lfs/.test(text)) {
    return ["CHECKPOINT_FORMAT", "this is a Git LFS pointer, a few lines that stand for the file; fetch the "
      + "file itself with `git lfs pull`, or by the download link of its page"];
  }
  const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "");
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(start)) {
    return ["CHECKPOINT_FORMAT", "this is an HTML page that was saved under the name of the checkpoint; use "
      + "the download link of that page"];
  }
  return start.startsWith("{") || start.startsWith("[") ? jsonKind(start) : null;
}

/** @param {string} text @returns {[ErrorCode, string]} */
function jsonKind(text) {
  if (text.includes("\"evax-web\"")) {
    return ["CHECKPOINT_FORMAT", "this is the manifest.json of a converted model; open its folder"];
  }
  if (text.includes("\"weight_map\"") || text.includes("\"total_size\"")) {
    return ["CHECKPOINT_PARTS", "this is the index of a checkpoint in several files"];
  }
  return ["CHECKPOINT_FORMAT", "this is a JSON text, such as settings, or an error that a server sent"];
}

/** The first field of ONNX is a small version, the second the name of what wrote it.
 * @param {string} text @param {string} name */
const isOnnx = (text, name) => /^\x08[\x01-\x20]\x12/.test(text) || /\.onnx$/i.test(name);

/** @param {string} text of the first bytes @param {string} name @returns {[ErrorCode, string]} */
function otherKind(text, name) {
  const known = STRANGERS.find(([start, at]) => text.startsWith(start, at));
  if (known) return ["CHECKPOINT_FORMAT", known[2]];
  if (isOnnx(text, name)) {
    return ["CHECKPOINT_UNSUPPORTED", "this is an ONNX model, which has the weights under other names"];
  }
  if (/^\0+$/.test(text)) {
    return ["CHECKPOINT_DAMAGED", "it begins with zeros: its download was not completed"];
  }
  return textKind(text) ?? ["CHECKPOINT_FORMAT", "it is neither a torch checkpoint nor a safetensors file"];
}

/** @param {string} text of the first bytes @returns {Format | null} */
function formatOf(text) {
  if (text.startsWith("PK\x03\x04") || text.startsWith("PK\x05\x06")) return "torch zip";
  if (/^\x80[\x02-\x05]/.test(text)) return "torch legacy";
  return text[8] === "{" && textKind(text) === null ? "safetensors" : null;
}

/**
 * The format of a checkpoint. Rejects with a CHECKPOINT_ code that names what else it is.
 * @param {ByteSource} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<Format>}
 */
export async function formatOfFile(source, signal) {
  if (source.size === 0) throw new EvaxError("CHECKPOINT_DAMAGED", `${source.name} is empty`);
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size), signal);
  const text = String.fromCharCode(...head);
  const format = formatOf(text);
  if (format) return format;
  throw new EvaxError(...otherKind(text, source.name));
}
