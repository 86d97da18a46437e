/* bundle.js - modules made into single files, by esbuild.
 * SPDX-License-Identifier: MIT */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { writeAtomically } from "../cli/atomic-write.js";

/** As esbuild's, but whoever reads a bundle while it is made again reads the old one or the new one.
 * @param {import("esbuild").BuildOptions} options */
async function build(options) {
  const { outputFiles } = await esbuild.build({ ...options, write: false });
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, contents);
  }
}

/**
 * Bundles each entry, minified, under its own name.
 * @param {string[] | Record<string, string>} entryPoints
 * @param {string} outdir
 * @param {Record<string, string>} [define] expressions to replace
 */
export async function bundle(entryPoints, outdir, define = {}) {
  await build({
    entryPoints,
    outdir,
    define,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}

/**
 * The engine's worker in one file: a blob: worker has no address to import anything from.
 * @param {string} web the folder of the modules
 */
export const bundleEngineWorker = (web) =>
  bundle({ "engine-worker.bundle": `${web}/worker/engine-worker.js` }, `${web}/worker`);

/* The decoders' glue asks where it runs, in words that only name Node or a page with addresses; in a
 * worker with everything in memory it is neither. */
const NOWHERE = { process: "undefined", WorkerGlobalScope: "undefined", document: "undefined" };

const SHARED = {
  bundle: true,
  minify: true,
  format: /** @type {const} */ ("esm"),
  target: "es2022",
  charset: /** @type {const} */ ("utf8"),
  legalComments: /** @type {const} */ ("none"),
  logLevel: /** @type {const} */ ("warning"),
};

/** Something of a package in a file of its own. @param {string} contents what to export
 * @param {string} outfile */
const bundleExport = (contents, outfile) =>
  build({ ...SHARED, outfile, stdin: { contents, resolveDir: dirname(outfile) } });

/**
 * What others wrote, each in one file, so that no package is needed at run time: the inflater and the
 * worker that decodes compressed frames of DICOM, with the WebAssembly of its decoders inside, and the
 * converter's hash.
 * @param {string} web the folder of the modules
 */
export async function bundlePackages(web) {
  await bundleExport("export { Inflate } from \"fflate\";", `${web}/dicom/inflate.bundle.js`);
  await bundleExport("export { sha256 } from \"@noble/hashes/sha2.js\";",
    `${web}/convert/sha256-stream.bundle.js`);
  await build({ ...SHARED, outfile: `${web}/dicom/frame-worker.bundle.js`,
    entryPoints: [`${web}/dicom/frame-worker.js`], loader: { ".wasm": "binary" }, define: NOWHERE,
    external: ["fs", "path"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundlePackages(fileURLToPath(new URL("../../web", import.meta.url)));
}
