/* vendor.js - copies the browser's files of this package into somebody's public folder.
 *
 *     DIR/*.js, DIR/page/*.js, DIR/wasm/*.wasm    the modules, as they are, without Node's
 *     DIR/model/                                  a model folder, chunk by chunk
 *
 * Existing files of the same names are replaced; nothing else in DIR is touched.
 * SPDX-License-Identifier: MIT */
import { cp, mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "../web/manifest.js";

const WEB = fileURLToPath(new URL("../web", import.meta.url));
/* Of no use in a browser, or only on the package's own site. */
const LEFT_OUT = new Set([
  "evax-node.js", "source-node.js", "site.js", "service-worker.js", "index.html",
]);

/**
 * @param {string} target folder, made if it does not exist
 * @param {string} model folder
 * @returns {Promise<{ modules: string, model: string }>} where they are now
 */
export async function vendor(target, model) {
  const manifest = readManifest(await readFile(join(model, "manifest.json")));
  const modelTarget = join(target, "model");
  await mkdir(modelTarget, { recursive: true });
  const filter = (/** @type {string} */ path) => !LEFT_OUT.has(basename(path));
  await cp(WEB, target, { recursive: true, filter });
  for (const file of ["manifest.json", ...manifest.chunks.map(({ file }) => file)]) {
    await cp(join(model, file), join(modelTarget, file));
  }
  return { modules: target, model: modelTarget };
}
