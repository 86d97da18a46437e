/* vendor.js - copies the package's files for browsers into a public folder.
 *
 *     DIR/*.js, DIR/{base,dicom,page,...}/*.js    the modules, unchanged, without those for Node
 *     DIR/wasm/*.wasm
 *     DIR/model/                                  a model folder, chunk by chunk
 *
 * Existing files of the same names are replaced; nothing else in DIR is touched. The manifest is
 * written last: a folder that has it has all its chunks.
 * SPDX-License-Identifier: MIT */
import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EvaxError } from "../../web/base/errors.js";
import { readManifest, verifyChecksum } from "../../web/model/manifest.js";

const WEB = fileURLToPath(new URL("../../web", import.meta.url));
/* Not usable in a browser, or only on the package's own site. */
const LEFT_OUT = /-node\.js$|(^|\/)web\/site$/;

/**
 * @param {string} target folder, made if it does not exist
 * @param {string} model folder
 */
export async function vendor(target, model) {
  const bytes = await readFile(join(model, "manifest.json")).catch((cause) => {
    throw new EvaxError("MODEL_NOT_FOUND", cause.message, { cause });
  });
  const manifest = readManifest(bytes);
  await verifyChecksum(bytes, manifest);
  const modules = ["simd128", "simd128-mt", "relaxed", "relaxed-mt"];
  const built = ["worker/engine-worker.bundle.js", "worker/convert-worker.bundle.js", "room/room.bundle.js", "session/script-digests.js",
    "convert/sha256-stream.bundle.js", "dicom/inflate.bundle.js",
    "dicom/frame-worker.bundle.js", "wasm/digests.js",
    ...modules.map((kind) => `wasm/evax-${kind}.wasm`)];
  const missing = built.find((file) => !existsSync(join(WEB, file)));
  if (missing) throw new Error(`${missing} is not built yet; run: make dist`);
  const modelTarget = join(target, "model");
  await mkdir(modelTarget, { recursive: true });
  const filter = (/** @type {string} */ path) => !LEFT_OUT.test(path);
  await cp(WEB, target, { recursive: true, filter });
  for (const file of [...manifest.chunks.map(({ file }) => file), "manifest.json"]) {
    await cp(join(model, file), join(modelTarget, file));
  }
}
