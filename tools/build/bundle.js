#!/usr/bin/env node
/* bundle.js - modules made into single files, by esbuild; on the command line those that the package needs.
 *
 *     web/evax.bundle.js                  the package for pages that load it without a bundler: one request, not 50
 *     web/element.bundle.js               the same of the element
 *     web/dicom/file/inflate.bundle.js    the inflater of compressed DICOM files
 *     web/convert/sha256-stream.bundle.js the converter's hash
 *     tools/cli/formats/parquet.bundle.js what writes Parquet files
 *     web/dicom/frame-worker.bundle.js    the worker that decodes compressed frames
 *     web/worker/engine-worker.bundle.js  the worker that sees the films
 *     web/worker/convert-worker.bundle.js the worker that converts a checkpoint
 *     web/sealed/*.bin                    the two scripts of the sealed frame (room-scripts.js), and the four workers for
 *                                         it, compressed
 *     web/session/script-digests.js       SHA-256 of the six, and of the words of each language: nothing else is ever
 *                                         taken for one of them
 *
 * What the sealed frame is made of is compared with its hash, so no tool may change it: bundlers and development servers
 * rewrite whatever is called .js, and leave alone what they do not know.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { dirname, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { writeAtomically } from "../cli/base/atomic-write.js";
import { makeRoomScripts } from "./room-scripts.js";

/** As esbuild's, but whoever reads a bundle while it is made again reads the old one or the new one.
 * @param {import("esbuild").BuildOptions} options */
async function build(options) {
  const { outputFiles } = await esbuild.build({ ...options, write: false });
  for (const { path, contents } of outputFiles) await replace(path, contents);
}

/** Replaces a file only if it changes. @param {string} path @param {string | Uint8Array} content */
async function replace(path, content) {
  const bytes = Buffer.from(content);
  await mkdir(dirname(path), { recursive: true });
  if (!(await readFile(path).catch(() => null))?.equals(bytes)) await writeAtomically(path, bytes);
}

/* Modules of style sheets, and the texts of whole rules in them. */
const STYLES = /[\\/](?:[a-z]+-)?style\.js$/;
const STYLE_TEXT = /(?<== `)\n[^`]*(?=`;)/g;

/** @param {string} css */
export const minifiedCss = (css) =>
  esbuild.transformSync(css, { loader: "css", minify: true, charset: "utf8", logLevel: "warning" }).code.trim();

/** A style sheet as it stands in a template literal, minified. @param {string} literal */
const minifiedStyle = (literal) => minifiedCss(literal.replace(/\\(.)/g, "$1")).replace(/[\\`$]/g, "\\$&");

/** A module with its style sheets minified. @param {string} source */
export const withMinifiedStyles = (source) => source.replace(STYLE_TEXT, minifiedStyle);

/** @type {import("esbuild").Plugin} */
const minifiedStyles = {
  name: "minified-styles",
  setup: ({ onLoad }) => onLoad({ filter: STYLES, namespace: "file" }, async ({ path }) =>
    ({ contents: withMinifiedStyles(await readFile(path, "utf8")), loader: "js" })),
};

const COMMON = {
  bundle: true,
  plugins: [minifiedStyles],
  minify: true,
  target: "es2022",
  charset: /** @type {const} */ ("utf8"),
  legalComments: /** @type {const} */ ("none"),
  logLevel: /** @type {const} */ ("warning"),
};

/**
 * Bundles each entry, minified, under its own name.
 * @param {string[] | Record<string, string>} entryPoints
 * @param {string} outdir
 * @param {{ define?: Record<string, string>, external?: string[] }} [how] expressions to replace; imports to leave
 */
export async function bundle(entryPoints, outdir, how = {}) {
  await build({ ...COMMON, entryPoints, outdir, format: "esm", ...how });
}

/* The decoders' glue code detects Node, or a page with an address. In a worker that has everything in
 * memory it must find neither. */
const NOWHERE = { process: "undefined", WorkerGlobalScope: "undefined", document: "undefined" };
/* The workers are classic scripts: Chromium starts no module from a blob: where the origin is opaque. */
const ADDRESS = { "import.meta.url": "self.location.href" };

/** How each worker of the room is made, and where it lies below web/ for those who start it by its address;
 * "" where nobody does.
 * @type {Record<Exclude<import("../../web/session/supply.js").ScriptName, "room" | "workspace">,
 *   [path: string, options: import("esbuild").BuildOptions]>} */
const WORKERS = {
  engineWorker: ["worker/engine-worker.bundle.js",
    { format: "iife", define: ADDRESS, entryPoints: ["worker/engine-worker.js"] }],
  convertWorker: ["worker/convert-worker.bundle.js",
    { format: "iife", define: ADDRESS, entryPoints: ["worker/convert-worker.js"] }],
  frameWorker: ["dicom/frame-worker.bundle.js", { format: "iife", define: { ...NOWHERE, ...ADDRESS },
    loader: { ".wasm": "binary" }, external: ["fs", "path"], entryPoints: ["dicom/frame-worker.js"] }],
  evaluateWorker: ["", { format: "iife", entryPoints: ["worker/evaluate-worker.js"] }],
};

/** What others wrote, by its path below web/, and where it runs. @type {Record<string, [contents: string, platform:
 *   "browser" | "node"]>} */
const EXPORTS = {
  "dicom/file/inflate.bundle.js": ["export { Inflate } from \"fflate\";", "browser"],
  "convert/sha256-stream.bundle.js": ["export { sha256 } from \"@noble/hashes/sha2.js\";", "browser"],
  "../tools/cli/formats/parquet.bundle.js": ["export { ParquetWriter, fileWriter } from \"hyparquet-writer\";", "node"],
};

/** The public entries in one file each; their addresses are relative to web/, as those of package-files.js are. */
const ENTRIES = ["evax", "element"];

/** The same for the room, below web/. @param {string} name */
const sealedPath = (name) => `sealed/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.bin`;

/** Paths of the room's scripts, below web/. */
export const SEALED_PATHS = ["room", "workspace", ...Object.keys(WORKERS)].map(sealedPath);

/** One file, in memory. @param {import("esbuild").BuildOptions} options @param {string} web */
async function make(options, web) {
  const { outputFiles } = await esbuild.build({ ...COMMON, ...options, absWorkingDir: web, write: false });
  return /** @type {import("esbuild").OutputFile[]} */ (outputFiles)[0].contents;
}

/** The two scripts of the room. Their digests cannot be in them: what imports the digests is not part of the room.
 * @param {string} web */
async function roomScripts(web) {
  const scripts = await makeRoomScripts(({ plugins = [], ...options }) => esbuild.build({ ...COMMON, ...options,
    plugins: [...COMMON.plugins, ...plugins], external: ["./script-digests.js"], absWorkingDir: web, write: false, metafile: true }), web);
  for (const script of Object.values(scripts)) checkInline(script);
  return scripts;
}

/** A script that is put into a document as text must not end the element that it is in.
 * @param {Uint8Array} script */
function checkInline(script) {
  const found = /<\/script|<!--|\r/i.exec(new TextDecoder().decode(script));
  if (found) throw new Error(`the room's script cannot stand in a document: it has ${JSON.stringify(found[0])}`);
}

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/* The words of the languages, below web/. */
export const LANGUAGES_PATH = "page/languages";

/** SHA-256 of the words of each language, by its code. @param {string} web */
async function wordsDigests(web) {
  const files = (await readdir(`${web}/${LANGUAGES_PATH}`)).sort();
  return Object.fromEntries(await Promise.all(files.map(async (file) =>
    [parse(file).name, sha256(await readFile(`${web}/${LANGUAGES_PATH}/${file}`))])));
}

/** @param {string} web the folder of the modules */
export async function bundleScripts(web) {
  for (const [path, [contents, platform]] of Object.entries(EXPORTS)) {
    const stdin = { contents, resolveDir: web };
    await replace(`${web}/${path}`, await make({ format: "esm", platform, stdin }, web));
  }
  /** @type {Record<string, string>} */ const digests = {};
  const seal = async (/** @type {string} */ name, /** @type {Uint8Array} */ script) => {
    const sealed = gzipSync(script, { level: 9 });
    await replace(`${web}/${sealedPath(name)}`, sealed);
    digests[name] = sha256(sealed);
  };
  const scripts = await roomScripts(web);
  for (const [name, script] of Object.entries(scripts)) await seal(name, script);
  for (const [name, [path, options]] of Object.entries(WORKERS)) {
    const script = await make(options, web);
    if (path) await replace(`${web}/${path}`, script);
    await seal(name, script);
  }
  const hashes = Object.values(scripts).map((script) => createHash("sha256").update(script).digest("base64"));
  await replace(`${web}/session/script-digests.js`,
    "/* script-digests.js - SHA-256 of web/sealed, of the room's two scripts as they stand in a document (in base64, as\n"
    + " * policies have it), and of the words of each language; made by tools/build/bundle.js. */\n"
    + `export const SCRIPT_DIGESTS = ${JSON.stringify(digests, null, 2)};\nexport const ROOM_HASHES = ${JSON.stringify(hashes)};\n`
    + `export const WORDS_DIGESTS = ${JSON.stringify(await wordsDigests(web), null, 2)};\n`);
  // Last: they have the digests in them. The room as a module is for pages without a frame only, and beside them.
  for (const name of ENTRIES) {
    await replace(`${web}/${name}.bundle.js`, await make({ format: "esm", external: ["./room/unsealed.js"], entryPoints: [`${name}.js`] }, web));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleScripts(fileURLToPath(new URL("../../web", import.meta.url)));
}
