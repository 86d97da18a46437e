/* vendor.js - copies the package's files for browsers into a public folder.
 *
 *     DIR/*.js, DIR/{base,dicom,page,...}/*.js    the modules, unchanged, without those for Node
 *     DIR/wasm/*.wasm
 *     DIR/LICENSE, DIR/dicom/NOTICES.md           the licenses of all that
 *     DIR/model/                                  a model folder, chunk by chunk
 *
 * Existing files of the same names are replaced, another model only if that is wanted; nothing else in DIR is
 * touched. What is copied are contents: a link in the package, in the model or in DIR is never copied, and never
 * written through. Every chunk is verified before the first is written, and the manifest is written last: a
 * folder that has it has all its chunks.
 * SPDX-License-Identifier: MIT */
import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EvaxError } from "../../web/base/errors.js";
import { loadChunks, loadManifest } from "../../web/model/chunks.js";
import { openSource } from "../../web/model/source-node.js";
import { writeAtomically } from "./atomic-write.js";
import { placeOf } from "./file-names.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WEB = join(ROOT, "web");
/* Not usable in a browser, or only on the package's own site. */
const LEFT_OUT = /-node\.js$|(^|\/)web\/site$/;
const MODULES = ["simd128", "simd128-mt", "relaxed", "relaxed-mt"];
const BUILT = ["worker/engine-worker.bundle.js", "worker/convert-worker.bundle.js", "room/room.bundle.js",
  "session/script-digests.js", "convert/sha256-stream.bundle.js", "dicom/inflate.bundle.js",
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
  await makeFolder(target, dirname(file));
  await writeAtomically(join(target, file), bytes);
}

/** Refuses to replace another model. @param {string} target @param {Uint8Array} manifest */
async function checkModel(target, manifest) {
  const there = await readFile(join(target, "model", "manifest.json")).catch(() => null);
  if (!there || there.equals(manifest)) return;
  throw new EvaxError("OUTPUT_EXISTS", `${join(target, "model")} holds another model`);
}

/**
 * @param {string} target folder, made if it does not exist
 * @param {string} model folder, or its http(s) address
 * @param {boolean} [force] replaces another model
 */
export async function vendor(target, model, force = false) {
  const missing = BUILT.find((file) => !existsSync(join(WEB, file)));
  if (missing) throw new Error(`${missing} is not built yet; run: make dist`);
  const { signal } = new AbortController();
  const source = openSource(placeOf(model));
  const { manifest, bytes: manifestBytes } = await loadManifest(source, signal);
  if (!force) await checkModel(target, manifestBytes);
  await loadChunks(source, manifest, () => {}, signal, () => {});
  for (const file of await filesBelow(WEB)) await put(target, file, await readFile(join(WEB, file)));
  await put(target, "LICENSE", await readFile(join(ROOT, "LICENSE")));
  const files = manifest.chunks.map(({ file }) => join("model", file));
  /** @type {Promise<void>[]} */ const writes = [];
  await loadChunks(source, manifest, (bytes) => {
    writes.push(put(target, files[writes.length], bytes));
  }, signal, () => {});
  await Promise.all(writes);
  await put(target, join("model", "manifest.json"), manifestBytes);
}
