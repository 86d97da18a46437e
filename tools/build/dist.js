/* dist.js - builds the site that any static host can serve, under any path.
 *
 *     dist/site/index.html            and other pages: with the addresses below, the hash of each script that they
 *                                     load, their style sheets, and the hash of the model's manifest
 *     dist/site/v-<hash>/             scripts, module: one folder for each deployment, so
 *                                     that no cache mixes two of them
 *     dist/site/service-worker.js     has the hash of every file
 *     dist/site/model/demo-<hash>/    the demo model, in a folder named after its manifest, so that an upload that
 *                                     is under way never mixes the chunks of two
 *     dist/site/model/samples/        films
 *     dist/site/LICENSE.txt, NOTICES.txt
 *
 * Modules, and scripts of one file each, are those that `make wasm` built.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { FIRST_STYLE } from "../../web/page/style.js";
import { roomMarkup } from "../../web/room/room-frame.js";
import { firstScreenMarkup } from "../../web/site/first-screen.js";
import { LANGUAGES_PATH, SEALED_PATHS, bundle, minifiedCss } from "./bundle.js";
import { TYPES } from "./serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WEB = join(ROOT, "web");

const ENTRY = /(<script type="module" src=")([^"]+)"/g;
/* A page has its style sheets in it: nothing is painted before they are there. */
const SHEET = /<link rel="stylesheet" href="([^"]+)">/g;
const STYLE = /<style>([\s\S]*?)<\/style>/g;
/* The address of the demo model, wherever a page names it. */
const MODEL = /"model\/demo\/"/g;
/* Where a page of its own has the room from the beginning: it starts while the page's scripts are fetched. */
const ROOM = "<!-- room -->";
/* Where it has what is seen until the room has painted. */
const FIRST_SCREEN = "<!-- first screen -->";
/* What the page itself may run; the room's scripts, put into a frame as text, need their hashes there. */
const OWN_SCRIPTS = "script-src 'self'";
/* Its style sheets, which are in it. */
const OWN_STYLES = "style-src 'self'";

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

/* The room's two scripts; and the same as one module for where no frame can be had, which few pages load. */
const SEALED_ROOM = ["sealed/room.bin", "sealed/workspace.bin"];
const UNSEALED = "room/unsealed.js";
/* What a q8 model is calibrated with. */
const FILMS = "convert/calibration/films.bin";
/* What is bundled, and these films, ask that their licenses and authors come along. */
const NOTICES = ["dicom/NOTICES.md", "convert/NOTICES.md", "convert/calibration/README.md"];

/** Bundles the entries of the pages; what these load by address lies beside them (web/package-files.js). @param {string[]} pages
 * @param {string} folder @returns {Promise<string>} the folder's final name */
async function makeVersion(pages, folder) {
  /** @type {Record<string, string>} */
  const entries = {};
  for (const page of pages) {
    for (const [, , path] of (await readFile(page, "utf8")).matchAll(ENTRY)) {
      entries[basename(path, extname(path))] = join(dirname(page), path);
    }
  }
  await bundle(entries, folder, { external: [`./${UNSEALED}`] });
  await bundle({ [UNSEALED.replace(".js", "")]: join(WEB, UNSEALED) }, folder);
  for (const path of [...SEALED_PATHS, FILMS]) await cp(join(WEB, path), join(folder, path));
  for (const path of ["wasm", LANGUAGES_PATH]) await cp(join(WEB, path), join(folder, path), { recursive: true });
  return `v-${sha256(JSON.stringify(await listing(folder))).slice(0, 12)}`;
}

/** @param {string | Uint8Array} bytes */
const base64Hash = (bytes) => createHash("sha256").update(bytes).digest("base64");

/** SHA-256 of a file as pages name it. @param {string} path */
const integrityOf = async (path) => `sha256-${base64Hash(await readFile(path))}`;

/** How a policy names texts. @param {readonly (string | Uint8Array)[]} texts */
const hashesOf = (texts) => texts.map((text) => `'sha256-${base64Hash(text)}'`).join(" ");

/** A page with its style sheets and the first screen in it, and their hashes in its policy. @param {string} html
 * @param {string} folder that its addresses are relative to */
async function withStyles(html, folder) {
  for (const [link, path] of html.matchAll(SHEET)) {
    const css = await readFile(join(folder, path), "utf8");
    html = html.replace(link, () => `<style>${minifiedCss(css)}</style>`);
  }
  html = html.replace(FIRST_SCREEN, () => firstScreenMarkup(minifiedCss(FIRST_STYLE)));
  const styles = [...html.matchAll(STYLE)].map(([, css]) => css);
  return styles.length ? html.replace(OWN_STYLES, `style-src ${hashesOf(styles)}`) : html;
}

/** @typedef {{ version: string, model: { folder: string, hash: string } }} Deployment */

/** Copies a page: its entries now in the deployment's folder, also where its text names them, and known by their hashes, as its
 * model is.
 * @param {string} page @param {string} out @param {Deployment} deployment */
async function writePage(page, out, { version, model }) {
  let html = await withStyles(await readFile(page, "utf8"), dirname(page));
  for (const [entry, tag, path] of html.matchAll(ENTRY)) {
    const address = `${version}/${basename(path)}`;
    html = html.replace(entry, `${tag}${address}" integrity="${await integrityOf(join(out, address))}"`)
      .replace(`<code>${path}</code>`, `<code>${address}</code>`);
  }
  const [room] = SEALED_ROOM.map((path) => `${version}/${path}`);
  const [text, later] = await Promise.all(SEALED_ROOM.map(async (path) => gunzipSync(await readFile(join(out, version, path)))));
  const scripts = [text, later];
  const early = html.includes(ROOM) ? `${model.folder}manifest.json` : room;
  html = html.replace(OWN_SCRIPTS, `${OWN_SCRIPTS} ${hashesOf(scripts)}`)
    .replace(MODEL, `"${model.folder}" integrity="${model.hash}"`)
    .replace("</title>", `</title>\n  <link rel="preload" as="fetch" crossorigin href="${early}">`)
    .replace(ROOM, () => roomMarkup({ text: text.toString(), hashes: scripts.map(base64Hash) }, "ltr"));
  await writeFile(join(out, basename(page)), html);
}

/** The demo model, in a folder named after its manifest. @param {string} out @returns {Promise<Deployment["model"]>} */
async function copyModel(out) {
  const hash = sha256(await readFile(join(ROOT, "model/demo/manifest.json")));
  const folder = `model/demo-${hash.slice(0, 12)}/`;
  await cp(join(ROOT, "model/demo"), join(out, folder), { recursive: true });
  await cp(join(ROOT, "model/samples"), join(out, "model/samples"), { recursive: true });
  return { folder, hash };
}

/* Files that many visits do not need are cached when they are first requested. */
const EAGER = [/^[^/]+\.(html|svg)$/, /^v-[^/]+\//, /^model\/[^/]+\/manifest\.json$/];
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
  await bundle([join(WEB, "site", "service-worker.js")], out, { define });
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
  const model = await copyModel(out);
  for (const page of pages) await writePage(page, out, { version, model });
  await cp(join(WEB, "site", "icon.svg"), join(out, "icon.svg"));
  await cp(join(ROOT, "LICENSE"), join(out, "LICENSE.txt"));
  const notices = await Promise.all(NOTICES.map((path) => readFile(join(WEB, path), "utf8")));
  await writeFile(join(out, "NOTICES.txt"), notices.join("\n"));
  await writeServiceWorker(out);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = join(ROOT, "dist/site");
  await makeSite(out, [join(WEB, "site", "index.html")]);
  process.stdout.write(`dist/site is ready: copy it to any static host\n`);
}
