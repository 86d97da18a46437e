/* modules.js - chooses the WebAssembly module for this runtime, reads it and creates an engine from it.
 *
 *     relaxed-mt, relaxed      the faster kernels, where the runtime has relaxed SIMD
 *     simd128-mt, simd128      everywhere else
 *     -mt                      its memory is shared with other threads
 *
 * Without shared memory or threads it falls back to one thread; info.threads and info.threadsNote say so.
 * SPDX-License-Identifier: MIT */
import { ThreadPool } from "./thread-pool.js";
import { EvaxError } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import { fileUrl } from "../package-files.js";
import { isA } from "./given-input.js";
import { WasmEngine, pickVariant } from "./wasm-engine.js";
import { compile, importsMemory, sharedMemory } from "./wasm-instance.js";

/** @typedef {import("./thread-pool.js").Threads} Threads */
/** @typedef {import("./wasm-engine.js").Variant} Variant */
/** @typedef {Variant | `${Variant}-mt`} ModuleKind */
/** A compiled module, the bytes of one, or the address of the bytes.
 * @typedef {WebAssembly.Module | Uint8Array | ArrayBuffer | string | URL} WasmPlace */
/** @typedef {WasmPlace | Partial<Record<ModuleKind, WasmPlace>>} WasmOption */
/** @typedef {(place: string | URL, signal: AbortSignal) => Promise<Uint8Array>} ReadWasm */

const KINDS = /** @type {const} */ (["simd128", "relaxed", "simd128-mt", "relaxed-mt"]);

/* More threads than this have not been measured: models of this size leave each of them little work. */
const AUTO_MAX_THREADS = 8;
/* A model of fewer parameters is done before other threads have woken. */
const AUTO_MIN_PARAMETERS = 1_000_000;

/** The modules to fetch before the seal: in isolated pages also the one without threads, because shared
 * memory may be refused. @param {Variant} variant
 * @param {"auto" | number} threads @returns {ModuleKind[]} */
export const kindsFor = (variant, threads) =>
  (globalThis.crossOriginIsolated && threads !== 1 ? [`${variant}-mt`, variant] : [variant]);

/** @param {unknown} v @returns {v is string | URL} */
export const isPlace = (v) => (typeof v === "string" && v !== "") || isA(v, "URL");

/** Whether the option names a module for each kind. @param {any} wasm
 * @returns {wasm is Partial<Record<ModuleKind, WasmPlace>>} */
export const isEach = (wasm) =>
  Boolean(wasm) && typeof wasm === "object" && KINDS.some((kind) => kind in wasm);

/** @param {WasmOption | undefined} wasm @param {ModuleKind} kind @returns {WasmPlace} */
const placeOf = (wasm, kind) => (isEach(wasm) ? wasm[kind] : wasm) ?? fileUrl(kind);

/** @param {WasmPlace} place @param {ReadWasm} readWasm @param {AbortSignal} signal */
export async function toModule(place, readWasm, signal) {
  if (isA(place, "WebAssembly.Module")) return /** @type {WebAssembly.Module} */ (place);
  if (isPlace(place)) return compile(await readWasm(place, signal), String(place));
  if (isA(place, "ArrayBuffer")) return compile(new Uint8Array(/** @type {ArrayBuffer} */ (place)), "the bytes given");
  if (isA(place, "Uint8Array")) return compile(/** @type {Uint8Array} */ (place), "the bytes given");
  throw new EvaxError("OPTION_INVALID", "wasm must be a URL, bytes or a WebAssembly.Module");
}

/**
 * How many threads to use, and why not more.
 * @param {"auto" | number} wanted
 * @param {Threads} platform
 * @param {number} parameters of the model
 * @returns {{ threads: number, note: string }}
 */
export function planThreads(wanted, platform, parameters) {
  if (wanted === 1) return { threads: 1, note: "" };
  const { max, note } = platform.maxThreads();
  if (max === 1) return { threads: 1, note };
  if (wanted !== "auto") return { threads: wanted, note: "" };
  if (parameters < AUTO_MIN_PARAMETERS) return { threads: 1, note: "the model is small" };
  return { threads: Math.min(max, AUTO_MAX_THREADS), note: "" };
}

/** @typedef {{ readWasm: ReadWasm } & Threads} Place */
/** @typedef {{ variant: "auto" | Variant, threads: "auto" | number, wasm?: WasmOption }} Asked */

/** @param {Place} platform @param {Variant} variant @param {Asked} asked @param {number} parameters
 * @param {AbortSignal} signal */
async function createVariant(platform, variant, { threads: wanted, wasm }, parameters, signal) {
  const read = (/** @type {ModuleKind} */ kind) =>
    toModule(placeOf(wasm, kind), platform.readWasm, signal);
  let { threads, note } = planThreads(wanted, platform, parameters);
  if (threads > 1 && isEach(wasm) && !wasm[`${variant}-mt`]) {
    [threads, note] = [1, "no module with threads was given"];
  }
  const memory = threads > 1 ? sharedMemory() : null;
  if (threads > 1 && !memory) note = "shared memory is not available";
  const module = await read(memory ? `${variant}-mt` : variant);
  if (!memory) return WasmEngine.create(module, VERSION, { note });
  if (!importsMemory(module)) {
    return WasmEngine.create(module, VERSION, { note: "the module given has one thread" });
  }
  const pool = new ThreadPool(platform.startThread);
  return WasmEngine.create(module, VERSION, { memory, threads, pool, tuned: wanted === "auto" });
}

/**
 * An engine without weights, whose worker threads are starting. Where the runtime's relaxed instructions
 * give wrong numbers, "auto" takes the other variant, and "relaxed" is an error.
 * @param {Place} platform
 * @param {Asked} asked
 * @param {number} parameters of the model
 * @param {AbortSignal} signal
 * @returns {Promise<WasmEngine>}
 */
export async function createEngine(platform, asked, parameters, signal) {
  const chosen = pickVariant(asked.variant);
  const others = asked.variant === "auto" && chosen !== "simd128" ? ["simd128"] : [];
  for (const variant of /** @type {Variant[]} */ ([chosen, ...others])) {
    const wasm = await createVariant(platform, variant, asked, parameters, signal);
    if (wasm.exact) return wasm;
    wasm.dispose();
  }
  throw new EvaxError("WASM_UNSUPPORTED", "relaxed SIMD gives wrong numbers here; use variant \"simd128\"");
}
