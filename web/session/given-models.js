/* given-models.js - which models are among files that a person gave: checkpoints in one file or several, and converted
 * models in a folder or in one file. Names tell, and first bytes where a name does not; whether a model is sound shows
 * when it is opened.
 * SPDX-License-Identifier: MIT */
import { memorySource } from "../convert/checkpoint/byte-source.js";
import { formatOfFile } from "../convert/checkpoint/file-kind.js";
import { Zip } from "../convert/checkpoint/zip.js";

/** @typedef {import("../convert/checkpoint/byte-source.js").ByteSource} ByteSource */
/** A file, and where it was in what was given: folders with slashes, then its name.
 * @typedef {{ file: File, path: string }} GivenFile */
/** What can be opened as one model. name: of its file, or of its folder. @typedef {{ name: string, files: File[] }} GivenModel */
/** @typedef {{ models: GivenModel[], others: GivenFile[] }} Sorted */

const CHECKPOINT = /\.(pth|pt|bin|ckpt|safetensors)$/i;
const ARCHIVE = /\.zip$/i;
const FILM = /\.(png|jpe?g|dcm|dicom)$/i;
const PART = /^(.*)-\d{5}-of-\d{5}(\.\w+)$/;
const INDEX = /^(.*)(\.\w+)\.index\.json$/;
const MODEL_ENTRY = /(^|\/)(manifest\.json|data\.pkl|[^/]+\.(pth|pt|ckpt|safetensors))$/i;
/* Of files whose name says nothing so many are looked into: a folder of films without endings has thousands. */
const MOST_LOOKED_INTO = 16;

/** @param {string} path with a slash at its end; empty at the top */
const folderOf = (path) => path.slice(0, path.lastIndexOf("/") + 1);

/** @param {string} path */
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);

/** The first bytes decide. @param {File} file */
async function isModelFile(file) {
  const source = /** @type {ByteSource} */ (memorySource(file));
  try {
    if (await formatOfFile(source) !== "torch zip") return true;
    const { entries } = await Zip.open(source);
    return [...entries.keys()].some((name) => MODEL_ENTRY.test(name));
  } catch {
    return false;
  }
}

/** Which model a file is a part of; "" for one that is none by its name. @param {string} path @param {Set<string>} converted
 * folders that have a manifest and chunks */
function modelOf(path, converted) {
  const [folder, name] = [folderOf(path), nameOf(path)];
  if (converted.has(folder)) return name === "manifest.json" || name.endsWith(".bin") ? folder || "manifest.json" : "";
  const [, stem, ending] = PART.exec(name) ?? INDEX.exec(name) ?? [];
  if (stem) return `${folder}${stem}${ending}`;
  return CHECKPOINT.test(name) ? path : "";
}

/** @param {GivenFile[]} given */
function convertedFolders(given) {
  const folders = (/** @type {(name: string) => boolean} */ is) =>
    new Set(given.filter(({ path }) => is(nameOf(path))).map(({ path }) => folderOf(path)));
  const chunks = folders((name) => name.endsWith(".bin"));
  return new Set([...folders((name) => name === "manifest.json")].filter((folder) => chunks.has(folder)));
}

/**
 * @param {GivenFile[]} given
 * @returns {Promise<Sorted>} the models, and the files that are of none, both in the order given
 */
export async function sortGiven(given) {
  const converted = convertedFolders(given);
  /** @type {Map<string, File[]>} */
  const models = new Map();
  /** @type {GivenFile[]} */
  const others = [];
  let looks = MOST_LOOKED_INTO;
  for (const one of given) {
    let model = modelOf(one.path, converted);
    const tells = ARCHIVE.test(one.path) || (!FILM.test(one.path) && !/\.\w+$/.test(nameOf(one.path)));
    if (!model && tells && looks-- > 0 && await isModelFile(one.file)) model = one.path;
    if (!model) others.push(one);
    else if (models.has(model)) models.get(model)?.push(one.file);
    else models.set(model, [one.file]);
  }
  return { models: [...models].map(([name, files]) => ({ name: name.replace(/\/$/, ""), files })), others };
}
