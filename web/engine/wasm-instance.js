/* wasm-instance.js - an instance of one of the package's WebAssembly modules: calls, memory, texts, stacks of
 * threads. WasmEngine and Converter stand on it.
 *
 * Memory may grow in any call, which detaches every view of it, so views are never kept. After a trap the memory
 * may be inconsistent, so every later call throws the same error.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./thread-pool.js").ThreadPool} ThreadPool */
/** @template {string} Name of a function @typedef {{ memory: WebAssembly.Memory, _initialize?: () => void }
 *   & Record<Name, (...args: number[]) => number>} Exports */

/* As the limits of the modules (Makefile). The maximum reserves addresses, not memory; where these are
 * scarce, a smaller maximum is enough for all but the largest models. */
const INITIAL_PAGES = 16;
const MAXIMUM_PAGES = [32768, 16384, 8192];
const PAGE_BYTES = 65536;

/**
 * @param {Uint8Array} bytes of a .wasm file
 * @param {string} where they came from, for the error
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(bytes, where) {
  if (bytes[0] === 0x3c) throw new EvaxError("WASM_LOAD", `${where} is an HTML page, not a module`);
  try {
    return await WebAssembly.compile(/** @type {BufferSource} */ (bytes));
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const policy = /unsafe-eval|content.security.policy|blocked by CSP/i.test(message)
      ? "; the page's Content-Security-Policy needs script-src 'wasm-unsafe-eval'" : "";
    throw new EvaxError("WASM_LOAD", `${where}: ${message}${policy}`, { cause });
  }
}

/** Shared memory for a module that imports it; null where it is not available.
 * @param {number} [pages] to begin with @returns {WebAssembly.Memory | null} */
export function sharedMemory(pages = INITIAL_PAGES) {
  for (const maximum of MAXIMUM_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum, shared: true });
    } catch {
      // Try a smaller maximum.
    }
  }
  return null;
}

/** Whether a module takes its memory, and with it its threads, from the host.
 * @param {WebAssembly.Module} module */
export const importsMemory = (module) =>
  WebAssembly.Module.imports(module).some(({ kind }) => kind === "memory");

/** @param {WebAssembly.Module} module @param {WebAssembly.Memory | null} memory @param {readonly string[]} names */
function checkModule(module, memory, names) {
  const known = ["emscripten_notify_memory_growth", ...(memory ? ["memory"] : [])];
  const stranger = WebAssembly.Module.imports(module)
    .find((i) => i.module !== "env" || !known.includes(i.name));
  if (stranger) {
    throw new EvaxError("WASM_LOAD", `it imports ${stranger.module}.${stranger.name}`);
  }
  const present = new Set(WebAssembly.Module.exports(module).map((e) => e.name));
  const missing = [...(memory ? [] : ["memory"]), ...names].find((name) => !present.has(name));
  if (missing) throw new EvaxError("WASM_LOAD", `it does not export ${missing}`);
}

/** @param {WebAssembly.Memory | null} memory */
const importsOf = (memory) =>
  ({ env: { emscripten_notify_memory_growth() {}, ...(memory && { memory }) } });

/** @template {string} Name @param {WebAssembly.Instance} instance @param {WebAssembly.Memory | null} memory
 * @returns {Exports<Name>} */
const exportsOf = ({ exports }, memory) =>
  /** @type {Exports<Name>} */ (/** @type {unknown} */ ({ ...exports, ...(memory && { memory }) }));

/** @template {string} Name of the functions that may be called */
export class WasmInstance {
  /** @type {Exports<Name | "evax_alloc" | "evax_free" | "evax_version">} */ #exports;
  /** @type {EvaxError | null} */ #trap = null;

  /** Private: use WasmInstance.create. @param {WebAssembly.Module} module
   * @param {Exports<Name | "evax_alloc" | "evax_free" | "evax_version">} exports */
  constructor(module, exports) {
    /** The compiled module, for other instances of it. */
    this.module = module;
    this.#exports = exports;
  }

  /**
   * @template {string} Name
   * @param {WebAssembly.Module} module
   * @param {{ names: readonly Name[], version: string, memory?: WebAssembly.Memory | null }} needs the
   *   functions and the version that the module must have; shared memory, for a module that imports it
   * @returns {Promise<WasmInstance<Name>>}
   */
  static async create(module, { names, version, memory = null }) {
    checkModule(module, memory, [...names, "evax_alloc", "evax_free", "evax_version"]);
    const instance = await WebAssembly.instantiate(module, importsOf(memory)).catch((cause) => {
      throw new EvaxError("WASM_LOAD", cause.message, { cause });
    });
    const self = /** @type {WasmInstance<Name>} */ (new WasmInstance(module, exportsOf(instance, memory)));
    self.#exports._initialize?.();
    const found = self.text(self.call("evax_version"));
    if (found === version) return self;
    throw new EvaxError("WASM_LOAD", `it is version ${found}, this package is ${version}`);
  }

  /** Bytes of memory in use. It grows and never shrinks. @returns {number} */
  get memoryBytes() {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Goes on in a copy of the shared memory, which threads that still run cannot write to. */
  moveToCopy() {
    const old = this.#exports.memory.buffer;
    const memory = sharedMemory(old.byteLength / PAGE_BYTES);
    if (!memory) throw new EvaxError("MEMORY", "no room to go on without a thread that stopped");
    new Uint8Array(memory.buffer).set(new Uint8Array(old));
    this.#exports = exportsOf(new WebAssembly.Instance(this.module, importsOf(memory)), memory);
  }

  /** @param {Name | "evax_alloc" | "evax_free" | "evax_version"} name @param {...number} args @returns {number} */
  call(name, ...args) {
    if (this.#trap) throw this.#trap;
    try {
      return this.#exports[name](...args);
    } catch (cause) {
      const { message } = /** @type {Error} */ (cause);
      this.#trap = new EvaxError("WASM_TRAP", `${name}: ${message}`, { cause });
      throw this.#trap;
    }
  }

  /** The memory as it is now. */
  heap() {
    return new Uint8Array(this.#exports.memory.buffer);
  }

  /** The floats at an address: a view, good until the next call. @param {number} address
   * @param {number} count */
  floats(address, count) {
    return new Float32Array(this.#exports.memory.buffer, address >>> 0, count);
  }

  /** @param {number} address of 32 bits without sign @returns {number} */
  u32(address) {
    return new DataView(this.#exports.memory.buffer).getUint32(address >>> 0, true);
  }

  /** The NUL-terminated ASCII text at an address. @param {number} address */
  text(address) {
    const heap = this.heap();
    const start = address >>> 0;
    return new TextDecoder().decode(heap.slice(start, heap.indexOf(0, start))); // a copy: not shared
  }

  /** @param {number} bytes @param {string} [use] what for @returns {number} its address */
  alloc(bytes, use = `${bytes} bytes`) {
    const block = this.call("evax_alloc", Math.max(bytes, 1)) >>> 0;
    if (!block) throw new EvaxError("MEMORY", `no room for ${use}`);
    return block;
  }

  /** Has blocks of so many bytes while `work` runs. @template T @param {number[]} sizes
   * @param {(...blocks: number[]) => T} work @returns {T} */
  withBlocks(sizes, work) {
    /** @type {number[]} */
    const blocks = [];
    try {
      for (const size of sizes) blocks.push(this.alloc(size));
      return work(...blocks);
    } finally {
      for (const block of blocks) this.call("evax_free", block);
    }
  }

  /** Starts worker threads, each with a stack in this memory. @param {ThreadPool} pool
   * @param {{ threads: number, engine: number, stackBytes: number }} how threads: in all, the caller's
   *   included; engine: the address of what they work for */
  spawnThreads(pool, { threads, engine, stackBytes }) {
    const { memory } = this.#exports;
    for (let thread = 1; thread < threads; thread++) {
      const end = this.alloc(stackBytes, "the stack of a thread") + stackBytes;
      pool.spawn({ module: this.module, memory, engine, thread, stack: end - end % 16 });
    }
  }
}
