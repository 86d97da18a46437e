/* package-files.js - where the files lie that the package loads by address: workers, the sealed frame's scripts,
 * WebAssembly modules, the words of the page's languages, the converter's films.
 *
 * Each address is written out in full and relative to this file, so that bundlers find the file and copy it as it
 * is; in a bundle of one file this file's address is the bundle's, and the folders lie beside it. Workers are
 * scripts of one file each, which load nothing by an address of their own: they are given all addresses.
 * SPDX-License-Identifier: MIT */

import { EvaxError } from "./base/errors.js";

/** Path below web/, and the address beside this file. */
const FILES = /** @type {const} */ ({
  engineWorker: ["worker/engine-worker.bundle.js", () => new URL("./worker/engine-worker.bundle.js", import.meta.url)],
  convertWorker: ["worker/convert-worker.bundle.js", () => new URL("./worker/convert-worker.bundle.js", import.meta.url)],
  frameWorker: ["dicom/frame-worker.bundle.js", () => new URL("./dicom/frame-worker.bundle.js", import.meta.url)],
  room: ["sealed/room.bin", () => new URL("./sealed/room.bin", import.meta.url)],
  roomWorkspace: ["sealed/workspace.bin", () => new URL("./sealed/workspace.bin", import.meta.url)],
  roomEngineWorker: ["sealed/engine-worker.bin", () => new URL("./sealed/engine-worker.bin", import.meta.url)],
  roomConvertWorker: ["sealed/convert-worker.bin", () => new URL("./sealed/convert-worker.bin", import.meta.url)],
  roomFrameWorker: ["sealed/frame-worker.bin", () => new URL("./sealed/frame-worker.bin", import.meta.url)],
  roomEvaluateWorker: ["sealed/evaluate-worker.bin", () => new URL("./sealed/evaluate-worker.bin", import.meta.url)],
  simd128: ["wasm/evax-simd128.wasm", () => new URL("./wasm/evax-simd128.wasm", import.meta.url)],
  relaxed: ["wasm/evax-relaxed.wasm", () => new URL("./wasm/evax-relaxed.wasm", import.meta.url)],
  "simd128-mt": ["wasm/evax-simd128-mt.wasm", () => new URL("./wasm/evax-simd128-mt.wasm", import.meta.url)],
  "relaxed-mt": ["wasm/evax-relaxed-mt.wasm", () => new URL("./wasm/evax-relaxed-mt.wasm", import.meta.url)],
  convert: ["wasm/evax-convert.wasm", () => new URL("./wasm/evax-convert.wasm", import.meta.url)],
  "convert-mt": ["wasm/evax-convert-mt.wasm", () => new URL("./wasm/evax-convert-mt.wasm", import.meta.url)],
  "words-de": ["page/languages/de.json", () => new URL("./page/languages/de.json", import.meta.url)],
  "words-es": ["page/languages/es.json", () => new URL("./page/languages/es.json", import.meta.url)],
  "words-zh": ["page/languages/zh.json", () => new URL("./page/languages/zh.json", import.meta.url)],
  films: ["convert/calibration/films.bin", () => new URL("./convert/calibration/films.bin", import.meta.url)],
});

/** @typedef {keyof typeof FILES} PackageFile */
/** Where the package's files lie, if not where a bundler or `evax vendor` put them: base, a folder that holds them as
 * the package's web/ does; and addresses of single files, which win. Relative ones are the page's.
 * @typedef {{ base?: string | URL } & Partial<Record<PackageFile, string | URL>>} AssetsOption */

export const ASSET_NAMES = Object.freeze(["base", ...Object.keys(FILES)]);

/* Vite 5 to 7, when they serve for development, bundle a package's scripts into node_modules/.vite/deps, without the
 * files that these name. */
const VITE_DEPS = /\/\.vite\/deps[^/]*\/.*$/;

/** @param {string | URL} place */
const absolute = (place) => new URL(place, globalThis.location?.href);

/** The address beside this file, as a bundler may have changed it: Next gives one without an origin.
 * @param {() => URL} beside @param {string} path below web/ */
function found(beside, path) {
  try {
    return absolute(beside().href.replace(VITE_DEPS, `/eva-x-web/web/${path}`));
  } catch (cause) {
    const why = `${path}: a bundle without import.meta.url cannot find it; leave eva-x-web out of the bundle (external), or say where it lies`;
    throw new EvaxError(path.endsWith(".wasm") ? "WASM_LOAD" : "WORKER_LOAD", why, { cause });
  }
}

/** The address of one of the package's files. Throws WASM_LOAD or WORKER_LOAD where there is none.
 * @param {PackageFile} name @param {AssetsOption} [assets] */
export function fileUrl(name, assets = {}) {
  const [path, beside] = FILES[name];
  const { base, [name]: own } = assets;
  if (own !== undefined) return absolute(own);
  return base === undefined ? found(beside, path) : new URL(path, absolute(`${base}`.replace(/\/?$/, "/")));
}

/** The addresses of some of them. @template {PackageFile} Name @param {readonly Name[]} names
 * @param {AssetsOption} [assets] @returns {Record<Name, URL>} */
export const fileUrls = (names, assets) =>
  /** @type {any} */ (Object.fromEntries(names.map((name) => [name, fileUrl(name, assets)])));
