#!/usr/bin/env node
/* dist.js - makes the folder that any static host can serve, under any path.
 *
 *     dist/site/index.html            and other pages, with the addresses below
 *     dist/site/v-<hash>/             scripts, styles, module: one folder a deployment, so that a
 *                                     browser's or a proxy's cache can never mix two
 *     dist/site/service-worker.js     knows every file by its hash
 *     dist/site/model/                the demo model and sample films
 *
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, bundleEngineWorker, bundlePackages } from "./bundle.js";
import { TYPES } from "./serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WEB = join(ROOT, "web");

/* <script type="module" src="..."> and <link rel="stylesheet" href="..."> */
const ENTRY = /(<script type="module" src="|<link rel="stylesheet" href=")([^"]+)"/g;

/** @param {string | Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Every file below a folder, as paths relative to it, sorted. @param {string} folder */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return paths.map((path) => path.slice(folder.length + 1)).sort();
}

/** Path and SHA-256 of every file below a folder. @param {string} folder */
async function listing(folder) {
  const files = await filesBelow(folder);
  return Promise.all(files.map(async (path) =>
    ({ path, sha256: sha256(await readFile(join(folder, path))) })));
}

/* Scripts and styles lie one folder deep, as they do in web/: what they name from there
 * (../wasm/..., ../worker/...) is where they look for it. */
const ENTRIES = "site";

/** Bundles what the pages name, and the workers beside it. @param {string[]} pages
 * @param {string} folder @returns {Promise<string>} the folder's final name */
async function makeVersion(pages, folder) {
  /** @type {Record<string, string>} */
  const entries = { "session/download-worker": join(WEB, "session", "download-worker.js") };
  for (const page of pages) {
    for (const [, , path] of (await readFile(page, "utf8")).matchAll(ENTRY)) {
      entries[`${ENTRIES}/${basename(path, extname(path))}`] = join(dirname(page), path);
    }
  }
  await bundlePackages(WEB);
  await bundleEngineWorker(WEB);
  await bundle(entries, folder);
  for (const worker of ["worker/engine-worker.bundle.js", "dicom/frame-worker.bundle.js"]) {
    await cp(join(WEB, worker), join(folder, worker));
  }
  await cp(join(WEB, "wasm"), join(folder, "wasm"), { recursive: true });
  return `v-${sha256(JSON.stringify(await listing(folder))).slice(0, 12)}`;
}

/** Copies a page, its entries now in the deployment's folder. @param {string} page
 * @param {string} out @param {string} version */
async function writePage(page, out, version) {
  const html = await readFile(page, "utf8");
  const moved = html.replace(ENTRY, (_, tag, path) => `${tag}${version}/${ENTRIES}/${basename(path)}"`);
  await writeFile(join(out, basename(page)), moved);
}

/* What the person may never need is kept once it was asked for. */
const EAGER = [/^[^/]+\.(html|svg)$/, /^v-[^/]+\//, /^model\/demo\/manifest\.json$/];
/* The page keeps these itself, verified. */
const CHUNK = /^model\/.*\.bin$/;

/** @param {string} out */
async function writeServiceWorker(out) {
  const all = (await listing(out)).filter(({ path }) => !CHUNK.test(path));
  const files = all.map(({ path, sha256 }) => ({
    path,
    sha256,
    type: TYPES[/** @type {keyof TYPES} */ (extname(path))] ?? "application/octet-stream",
    eager: EAGER.some((pattern) => pattern.test(path)),
  }));
  const deployment = { version: sha256(JSON.stringify(files)).slice(0, 12), files };
  const define = { "globalThis.DEPLOYMENT": JSON.stringify(deployment) };
  await bundle([join(WEB, "site", "service-worker.js")], out, define);
}

/**
 * Makes a site.
 * @param {string} out folder, replaced
 * @param {string[]} pages html files
 */
export async function makeSite(out, pages) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const version = await makeVersion(pages, join(out, "v"));
  await rename(join(out, "v"), join(out, version));
  for (const page of pages) await writePage(page, out, version);
  await cp(join(WEB, "site", "icon.svg"), join(out, "icon.svg"));
  for (const folder of ["model/demo", "model/samples"]) {
    await cp(join(ROOT, folder), join(out, folder), { recursive: true });
  }
  await writeServiceWorker(out);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = join(ROOT, "dist/site");
  await makeSite(out, [join(WEB, "site", "index.html")]);
  process.stdout.write(`dist/site is ready: copy it to any static host\n`);
}
