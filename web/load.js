/* load.js - from a model's address to an engine: the module, the manifest, the chunks, the checks.
 *
 * What differs between a browser and Node, bringing bytes, comes in as a platform.
 * SPDX-License-Identifier: MIT */
import { factsOf } from "./analysis.js";
import { Engine } from "./engine.js";
import { EvaxError } from "./errors.js";
import { featuresOf } from "./features.js";
import { Guard } from "./guard.js";
import { loadChunks, loadManifest } from "./loader.js";
import { VERSION } from "./version.js";
import { WasmEngine, compile, pickVariant } from "./wasm.js";

/** @typedef {import("./loader.js").Progress} Progress */
/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./source.js").Source} Source */
/** @typedef {import("./wasm.js").Header} Header */
/** @typedef {import("./wasm.js").Variant} Variant */

/** A compiled module, the bytes of one, or where the bytes are.
 * @typedef {WebAssembly.Module | Uint8Array | ArrayBuffer | string | URL} WasmPlace */
/** @typedef {object} LoadOptions
 * @property {string | URL | Source} model the folder that holds manifest.json: an http(s) address,
 *   in Node also a file: URL or a path; or an object that brings the bytes itself
 * @property {"auto" | Variant} [variant] "auto" (default) takes the fastest that runs here
 * @property {AbortSignal} [signal] ends the loading
 * @property {(progress: Progress) => void} [onProgress]
 * @property {WasmPlace | Partial<Record<Variant, WasmPlace>>} [wasm] instead of the package's
 *   modules: one module for any variant, or one for each
 * @property {boolean} [worker] in browsers: false runs the engine on the calling thread
 */
/** Where bytes come from here. @typedef {object} Platform
 * @property {(model: string | URL) => Source} openSource
 * @property {(place: string | URL, signal: AbortSignal) => Promise<Uint8Array>} readWasm
 */

/* Written out in full, so that bundlers find the files. */
const MODULES = {
  simd128: () => new URL("./wasm/evax-simd128.wasm", import.meta.url),
  relaxed: () => new URL("./wasm/evax-relaxed.wasm", import.meta.url),
};

/** Where this package's module for a variant is. @param {Variant} variant */
export const moduleUrl = (variant) => MODULES[variant]();

/** @param {unknown} v @returns {v is string | URL} */
const isPlace = (v) => (typeof v === "string" && v !== "") || v instanceof URL;

/** @param {unknown} v @returns {v is Source} */
const isSource = (v) =>
  typeof (/** @type {any} */ (v)?.manifest) === "function"
  && typeof (/** @type {any} */ (v).chunk) === "function";

/** Throws OPTION_INVALID. @param {LoadOptions} [options] */
export function checkOptions(options) {
  const given = /** @type {LoadOptions} */ (options ?? {});
  const { model, variant = "auto", signal, onProgress } = given;
  if (!isPlace(model) && !isSource(model)) {
    throw new EvaxError("OPTION_INVALID", "model must be a path, a URL or a source");
  }
  if (!["auto", "simd128", "relaxed"].includes(variant)) {
    throw new EvaxError("OPTION_INVALID", "variant must be \"auto\", \"simd128\" or \"relaxed\"");
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new EvaxError("OPTION_INVALID", "signal must be an AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new EvaxError("OPTION_INVALID", "onProgress must be a function");
  }
}

/** @param {any} wasm the option @param {Variant} variant @returns {WasmPlace} */
function wasmFor(wasm, variant) {
  const each = wasm && typeof wasm === "object" && ("simd128" in wasm || "relaxed" in wasm);
  const place = each ? wasm[variant] : wasm;
  return place ?? moduleUrl(variant);
}

/**
 * @param {WasmPlace} place
 * @param {Platform} platform
 * @param {AbortSignal} signal
 */
async function toModule(place, platform, signal) {
  if (place instanceof WebAssembly.Module) return place;
  if (isPlace(place)) return compile(await platform.readWasm(place, signal), String(place));
  if (place instanceof ArrayBuffer) return compile(new Uint8Array(place), "the bytes given");
  if (place instanceof Uint8Array) return compile(place, "the bytes given");
  throw new EvaxError("OPTION_INVALID", "wasm must be a URL, bytes or a WebAssembly.Module");
}

/** Refuses a manifest that does not belong to the weights.
 * @param {Manifest} m @param {Header} header */
function checkMatch({ architecture: a, scoring }, header) {
  const claims = {
    embedDim: a.embed_dim,
    depth: a.depth,
    heads: a.heads,
    mlpHidden: a.mlp_hidden,
    grid: a.grid,
    classes: a.classes,
    clsPooling: a.pooling === "cls",
    innerNorm: a.inner_norm,
    scoring,
  };
  for (const [name, claim] of Object.entries(claims)) {
    const found = header[/** @type {keyof Header} */ (name)];
    if (found !== claim) {
      throw new EvaxError("MODEL_MISMATCH", `${name} is ${claim} in one, ${found} in the other`);
    }
  }
}

/** @param {WasmEngine} wasm @param {Manifest} m @param {Header} header */
async function infoOf(wasm, m, { inputSize, embedDim }) {
  return Object.freeze({
    model: m.name,
    labels: Object.freeze([...m.labels]),
    facts: factsOf(m),
    inputSize,
    embeddingSize: embedDim,
    features: await featuresOf(m),
    parameters: m.parameters,
    dtype: m.dtype,
    recipe: Object.freeze({ ...m.recipe }),
    scoring: m.scoring,
    variant: wasm.variant,
    threads: 1,
    version: VERSION,
    licence: m.licence,
    attribution: m.attribution,
    notice: m.notice,
  });
}

/**
 * Fills an engine with a source's weights.
 * @param {WasmEngine} wasm
 * @param {Source} source
 * @param {AbortSignal} signal
 * @param {(progress: Progress) => void} onProgress
 */
async function fill(wasm, source, signal, onProgress) {
  onProgress({ phase: "manifest", loadedBytes: 0, totalBytes: 0 });
  const manifest = await loadManifest(source, signal);
  await loadChunks(source, manifest, (bytes) => wasm.feed(bytes), signal, onProgress);
  wasm.ready();
  const header = /** @type {Header} */ (wasm.header());
  checkMatch(manifest, header);
  wasm.setRecipe(manifest.recipe);
  return { manifest, header };
}

/**
 * load(), on a platform.
 * @param {Platform} platform
 * @param {LoadOptions} options
 * @returns {Promise<Engine>}
 */
export async function loadOn(platform, options) {
  checkOptions(options);
  const { model, variant = "auto", wasm: place, onProgress = () => {} } = options;
  const { signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const source = isPlace(model) ? platform.openSource(model) : model;
  const chosen = wasmFor(place, pickVariant(variant));
  const wasm = await WasmEngine.open(await toModule(chosen, platform, signal), VERSION);
  const { manifest, header } = await fill(wasm, source, signal, onProgress);
  const { stream_bytes: bytes } = manifest;
  onProgress({ phase: "ready", loadedBytes: bytes, totalBytes: bytes });
  signal.throwIfAborted();
  const guard = manifest.guard ? new Guard(manifest.guard) : null;
  return new Engine(wasm, await infoOf(wasm, manifest, header), guard);
}
