/* bundle.js - modules made into single files, by esbuild.
 * SPDX-License-Identifier: MIT */
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
  bundle({ "engine-worker.bundle": `${web}/engine-worker.js` }, web);
