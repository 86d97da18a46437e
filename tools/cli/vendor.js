/* vendor.js - copies the package's files for browsers into a public folder.
 *
 *     DIR/*.js, DIR/{base,dicom,page,...}/*.js    the modules, unchanged, without those for Node
 *     DIR/wasm/*.wasm
 *     DIR/LICENSE, DIR/dicom/NOTICES.md           the licenses of all that
 *     DIR/model/                                  a model folder, chunk by chunk;
 *     DIR/models/NAME/                            of several models, each in a folder named after its own
 *
 * Existing files of the same names are replaced, another model only if that is wanted; nothing else in DIR is
 * touched. What is copied are contents: a link in the package, in the model or in DIR is never copied, and never
 * written through. Every chunk of every model is verified before the first is written, and the manifest is written
 * last: a folder that has it has all its chunks.
 * SPDX-License-Identifier: MIT */
import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, readdir } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EvaxError } from "../../web/base/errors.js";
import { loadChunks, loadManifest } from "../../web/model/chunks.js";
import { openSource } from "../../web/model/source-node.js";
import { writeAtomically } from "./base/atomic-write.js";
import { placeOf } from "./base/file-names.js";
import { writing } from "./base/output.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WEB = join(ROOT, "web");
/* Not usable in a browser, or only on the package's own site. */
const LEFT_OUT = /-node\.js$|(^|\/)web\/site$/;
const MODULES = ["simd128", "simd128-mt", "relaxed", "relaxed-mt", "convert", "convert-mt"];
const BUILT = ["evax.bundle.js", "element.bundle.js", "worker/engine-worker.bundle.js", "worker/convert-worker.bundle.js", "sealed/room.bin", "sealed/workspace.bin",
  "sealed/engine-worker.bin", "sealed/convert-worker.bin", "sealed/frame-worker.bin", "sealed/evaluate-worker.bin",
  "session/script-digests.js", "convert/sha256-stream.bundle.js", "dicom/file/inflate.bundle.js",
  "dicom/frame-worker.bundle.js", "wasm/digests.js",
  ...MODULES.map((kind) => `wasm/evax-${kind}.wasm`)];

/** The files below a folder of the package, as paths relative to it. @param {string} folder
 * @returns {Promise<string[]>} */
async function filesBelow(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (LEFT_OUT.test(path)) continue;
    if (!entry.isDirectory()) found.push(entry.name);
    else found.push(...(await filesBelow(path)).map((file) => join(entry.name, file)));
  }
  return found;
}

/** Makes a folder below `target`; throws if one on the way is a link, which may lead anywhere.
 * @param {string} target @param {string} folder relative to it */
async function makeFolder(target, folder) {
  for (let path = folder; path !== "."; path = dirname(path)) {
    const there = await lstat(join(target, path)).catch(() => null);
    if (there?.isSymbolicLink()) throw new EvaxError("OUTPUT_EXISTS", `${join(target, path)} is a link`);
  }
  await mkdir(join(target, folder), { recursive: true });
}

/** @param {string} target @param {string} file relative to it @param {Uint8Array} bytes */
async function put(target, file, bytes) {
  await writing(makeFolder(target, dirname(file)));
  await writing(writeAtomically(join(target, file), bytes));
}

/** What a model's folder is called where there are several: as it is now. @param {string} model */
function nameOf(model) {
  const name = /^https?:/i.test(model) ? posix.basename(new URL(model).pathname) : basename(resolve(model));
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^\.+/, "") || "model";
}

/** Where models go, relative to the target. @param {string[]} models */
export function foldersOf(models) {
  if (models.length === 1) return ["model"];
  const names = models.map(nameOf);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new EvaxError("OPTION_INVALID", `two models are in folders called ${twice}: give one another name`);
  return names.map((name) => `models/${name}`);
}

/** A model on its way. @typedef {{ source: import("../../web/model/source.js").Source, folder: string,
 *   manifest: import("../../web/model/manifest.js").Manifest, bytes: Uint8Array }} Vendored bytes: of manifest.json */

const never = new AbortController().signal;

/** @param {string} model @param {string} folder @returns {Promise<Vendored>} */
async function openVendored(model, folder) {
  const source = openSource(placeOf(model));
  const { manifest, bytes } = await loadManifest(source, never);
  return { source, folder, manifest, bytes };
}

/** Refuses to replace another model. @param {string} target @param {Vendored} model */
async function checkModel(target, { folder, bytes }) {
  const there = await readFile(join(target, folder, "manifest.json")).catch(() => null);
  if (!there || there.equals(bytes)) return;
  throw new EvaxError("OUTPUT_EXISTS", `${join(target, folder)} holds another model; --force replaces it`);
}

/** @param {string} target @param {Vendored} model */
async function putModel(target, { source, folder, manifest, bytes }) {
  /** @type {Promise<void>[]} */ const writes = [];
  await loadChunks(source, manifest, (chunk) => {
    writes.push(put(target, join(folder, manifest.chunks[writes.length].file), chunk));
  }, never, () => {});
  await Promise.all(writes);
  await put(target, join(folder, "manifest.json"), bytes);
}

/**
 * @param {string} target folder, made if it does not exist
 * @param {string[]} models folders, or their http(s) addresses
 * @param {boolean} [force] replaces other models
 */
export async function vendor(target, models, force = false) {
  const missing = BUILT.find((file) => !existsSync(join(WEB, file)));
  if (missing) throw new Error(`${missing} is not built yet; run: make dist`);
  const folders = foldersOf(models);
  const vendored = await Promise.all(models.map((model, i) => openVendored(model, folders[i])));
  for (const model of vendored) {
    if (!force) await checkModel(target, model);
    await loadChunks(model.source, model.manifest, () => {}, never, () => {});
  }
  for (const file of await filesBelow(WEB)) await put(target, file, await readFile(join(WEB, file)));
  await put(target, "LICENSE", await readFile(join(ROOT, "LICENSE")));
  for (const model of vendored) await putModel(target, model);
}
