/* package.js - stages the npm package, a folder that holds all of it and nothing else, and packs it.
 *
 *     node tools/build/package.js FOLDER [REPOSITORY]     stages FOLDER, packs it into an archive beside it, prints the sizes
 *                                                         REPOSITORY: https address of the public repository, if there is one
 *
 * The tree itself cannot be packed: half of the package is built, and package.json has no version, without which no package
 * manager packs. What is staged has the version; and only if everything is there that its entries, scripts and types name.
 * Links of its documents work from there.
 * SPDX-License-Identifier: MIT */
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { VERSION } from "../../web/base/version.js";
import { ASSET_NAMES, fileUrl } from "../../web/package-files.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/* npm takes these without being told. */
const ALWAYS = ["LICENSE", "README.md"];
/* What package.json says of the tree alone. files: what is staged is all there is. */
const OF_THE_TREE = ["private", "//version", "files", "devDependencies", "//devDependencies"];

/** Every file at or below a path, relative to the tree; of a folder that is not there, none. @param {string} path
 * @returns {Promise<string[]>} */
async function below(path) {
  const found = await stat(join(ROOT, path)).catch(() => null);
  if (!found) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length));
}

/** The files that an entry of "files" stands for: a file, a folder, or a pattern with * and **. @param {string} pattern */
async function matching(pattern) {
  const [start] = pattern.split("*");
  if (start === pattern) return below(pattern);
  const source = pattern.split("**/").map((part) => part.replaceAll(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")).join("(?:.+/)?");
  return (await below(dirname(`${start}x`))).filter((path) => new RegExp(`^${source}$`).test(path));
}

/** Every path that a part of package.json names. @param {any} part @returns {string[]} */
const pathsIn = (part) => (typeof part === "string" ? [posix.normalize(part)] : Object.values(part ?? {}).flatMap(pathsIn));

/** What must be in the package by the word of its package.json, its table of addresses and its model.
 * @param {any} manifest */
async function promised(manifest) {
  const assets = ASSET_NAMES.filter((name) => name !== "base")
    .map((name) => fileURLToPath(fileUrl(/** @type {any} */ (name))).slice(ROOT.length));
  const { chunks } = JSON.parse(await readFile(join(ROOT, "model/demo/manifest.json"), "utf8"));
  const named = ["exports", "types", "bin", "man"].flatMap((key) => pathsIn(manifest[key])).filter((path) => !path.includes("*"));
  return [...ALWAYS, "package.json", ...named, ...assets, ...chunks.map((/** @type {{ file: string }} */ { file }) => `model/demo/${file}`)];
}

/** What scripts import and is not there, in esbuild's words. @param {string} folder @param {any} manifest */
async function brokenImports(folder, manifest) {
  const entryPoints = [...new Set(["exports", "bin"].flatMap((key) => pathsIn(manifest[key])).filter((path) => path.endsWith(".js")))];
  const { errors } = await build({ absWorkingDir: folder, entryPoints, bundle: true, write: false, outdir: "out", format: "esm",
    platform: "node", logLevel: "silent" }).catch((error) => error);
  return errors.map((/** @type {any} */ { text, location }) => `${text}${location ? ` (${location.file})` : ""}`);
}

/** What types import and is not there. @param {string} folder @param {string[]} files */
async function brokenTypes(folder, files) {
  const broken = [];
  for (const path of files.filter((name) => name.endsWith(".d.ts"))) {
    const text = (await readFile(join(folder, path), "utf8")).replaceAll(/\/\*[\s\S]*?\*\//g, "");
    for (const [, name] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const target = posix.join(posix.dirname(path), name).replace(/\.js$/, ".d.ts");
      if (!files.includes(target)) broken.push(`${target} (${path})`);
    }
  }
  return broken;
}

/** Refuses by name. @param {string[]} missing */
function refuse(missing) {
  if (missing.length) throw new Error(`the package would be incomplete; "make package" builds it. Missing:\n  ${missing.join("\n  ")}`);
}

/** Fields of a package page that name the repository. @param {string} repository */
const addresses = (repository) => ({
  repository: { type: "git", url: `git+${repository}.git` }, homepage: `${repository}#readme`, bugs: { url: `${repository}/issues` },
});

/** The package.json that ships. @param {any} manifest @param {string} [repository] */
function shipped(manifest, repository) {
  const { name, ...rest } = Object.fromEntries(Object.entries(manifest).filter(([key]) => !OF_THE_TREE.includes(key)));
  return { name, version: VERSION, ...rest, ...(repository && addresses(repository)) };
}

/* What a registry shows as the package's page, where no file of the package lies beside it. */
const PAGE = "README.md";
/* [text](target) and ![text](target), of Markdown. */
const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/** A document whose relative links lead to files of the package, else to the repository, else are their words alone; on the
 * package's page all lead to the repository, if there is one.
 * @param {string} path of the document @param {string} text @param {string[]} files of the package @param {string} [repository] */
export function withLinks(path, text, files, repository) {
  return text.replaceAll(LINK, (whole, picture, words, target) => {
    if (/^([a-z][a-z0-9+.-]*:|#)/i.test(target)) return whole;
    const [file, anchor] = target.split("#");
    const place = posix.join(posix.dirname(path), file);
    const isThere = files.some((name) => name === place || name.startsWith(`${place}/`));
    if (isThere && !(repository && path === PAGE)) return whole;
    if (!repository) return words;
    return `${picture}[${words}](${repository}/${picture ? "raw" : "blob"}/v${VERSION}/${place}${anchor ? `#${anchor}` : ""})`;
  });
}

/** Stages the package. @param {string} place folder that it makes anew @param {string} [address] of the public repository
 * @returns {Promise<string[]>} its files, sorted
 * @throws {Error} naming every file that is missing; then the folder is not there */
export async function stagePackage(place, address) {
  const repository = address?.replace(/(\.git|\/)$/, "");
  const folder = resolve(place);
  if (repository && !/^https:\/\/[^\s/]+\/\S+$/.test(repository)) throw new Error(`REPOSITORY is no https address of a repository: ${address}`);
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  await rm(folder, { recursive: true, force: true });
  const patterns = [...ALWAYS, "package.json", ...manifest.files];
  const found = await Promise.all(patterns.map(matching));
  const files = [...new Set(found.flat())].sort();
  refuse([...patterns.filter((_, i) => !found[i].length), ...(await promised(manifest)).filter((path) => !files.includes(path))]);
  for (const path of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await cp(join(ROOT, path), join(folder, path));
  }
  for (const path of files.filter((name) => name.endsWith(".md"))) {
    await writeFile(join(folder, path), withLinks(path, await readFile(join(ROOT, path), "utf8"), files, repository));
  }
  await writeFile(join(folder, "package.json"), `${JSON.stringify(shipped(manifest, repository), null, 2)}\n`);
  const broken = [...await brokenImports(folder, manifest), ...await brokenTypes(folder, files)];
  if (broken.length) await rm(folder, { recursive: true });
  refuse(broken);
  return files;
}

/** Packs what was staged, into an archive beside it, as npm would publish it.
 * @param {string} folder @returns {{ filename: string, files: string[], size: number }} name of the archive; its files, sorted;
 *   its size in bytes */
export function packPackage(folder) {
  const said = execFileSync("npm", ["pack", `./${basename(folder)}`, "--json", "--silent"], { cwd: dirname(resolve(folder)), encoding: "utf8" });
  const [{ filename, files, size }] = JSON.parse(said);
  return { filename, files: files.map((/** @type {{ path: string }} */ { path }) => path).sort(), size };
}

/** The parts of the package, by which its size is told: the first that a path fits. @type {[string, RegExp][]} */
const PARTS = [
  ["demo model", /^model\/demo\//],
  ["WebAssembly modules", /\.wasm$/],
  ["scripts of one file, workers", /^web\/.*\.bundle\.js$/],
  ["sealed frame", /^web\/sealed\//],
  ["converter's calibration films", /^web\/convert\/calibration\//],
  ["other scripts and languages of the page", /^web\/.*\.js(on)?$/],
  ["command line", /^tools\/|^dist\/evax\.1$/],
  ["types", /^dist\/types\//],
  ["documents, pictures, licenses", /(\.md|\.png|LICENSE|^package\.json)$/],
];

/** Bytes of each part, and of all. @param {string} folder staged, or unpacked
 * @param {{ files: string[], size: number }} archive */
export async function sizesByPart(folder, { files, size: packed }) {
  const sizes = new Map(PARTS.map(([part]) => [part, 0]));
  for (const path of files) {
    const part = PARTS.find(([, pattern]) => pattern.test(path))?.[0];
    if (!part) throw new Error(`${path} is of no part of PARTS`);
    sizes.set(part, (sizes.get(part) ?? 0) + (await stat(join(folder, path))).size);
  }
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return sizes.set("all, unpacked", all).set("all, as archive", packed);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , folder, repository] = process.argv;
  try {
    await stagePackage(folder, repository);
    const archive = packPackage(folder);
    for (const [part, bytes] of await sizesByPart(folder, archive)) console.log(`| ${part} | ${Math.round(bytes / 1000)} |`);
    console.log(archive.filename);
  } catch (error) {
    console.error(`package: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}
