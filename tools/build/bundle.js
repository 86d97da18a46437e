/* bundle.js - modules made into single files, by esbuild.
 * SPDX-License-Identifier: MIT */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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

/**
 * What reads DICOM, each in one file, so that it needs no package at run time: the inflater, and the
 * worker that decodes compressed frames, with the WebAssembly of its decoders inside.
 * @param {string} web the folder of the modules
 */
export async function bundleDicom(web) {
  const outdir = `${web}/dicom`;
  const shared = { bundle: true, minify: true, format: /** @type {const} */ ("esm"),
    target: "es2022", charset: /** @type {const} */ ("utf8"),
    legalComments: /** @type {const} */ ("none"), logLevel: /** @type {const} */ ("warning") };
  await build({ ...shared, outfile: `${outdir}/inflate.bundle.js`,
    stdin: { contents: "export { Inflate } from \"fflate\";", resolveDir: outdir } });
  await build({ ...shared, outfile: `${outdir}/frame-worker.bundle.js`,
    entryPoints: [`${outdir}/frame-worker.js`], loader: { ".wasm": "binary" }, define: NOWHERE,
    external: ["fs", "path"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleDicom(fileURLToPath(new URL("../../web", import.meta.url)));
}
