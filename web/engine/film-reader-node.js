/* film-reader-node.js - film-reader.js in a thread of Node: the event loop has its turns while a film is
 * decoded, an abort ends it at once, and the memory of a large film is gone with the thread.
 *
 *     in   { raw, wanted, picture }
 *     out  { film, usedBytes }, or { code, detail, usedBytes }
 *
 * SPDX-License-Identifier: MIT */
import { Worker } from "node:worker_threads";
import { EvaxError } from "../base/errors.js";
import { sharedCopy } from "../base/shared-copy-node.js";
import { KEEP_BYTES } from "./film-reader.js";

/** @typedef {import("./film-reader.js").Raw} Raw */
/** @typedef {import("./film-reader.js").ReadFilm} ReadFilm */
/** @typedef {import("./film-reader.js").Reader} Reader */

/** A thread with its module; unless it reads a film it does not keep the process alive.
 * @param {WebAssembly.Module} module */
function startThread(module) {
  const worker = new Worker(new URL("./film-reader-main-node.js", import.meta.url),
    { workerData: module, execArgv: [], stdin: false, stdout: false, stderr: false });
  worker.on("error", () => {}); // between two films nobody asks; the next one starts another
  worker.unref();
  return worker;
}

/** @typedef {{ film?: ReadFilm, code?: import("../base/errors.js").ErrorCode, detail?: string,
 *   usedBytes: number }} Answer */

/** What the thread says to a task. Rejects if it stops, or on abort with the signal's reason.
 * @param {Worker} worker @param {unknown} task @param {AbortSignal} [signal] @returns {Promise<Answer>} */
function answerOf(worker, task, signal) {
  let leave = () => {};
  /** @type {Promise<Answer>} */
  const answer = new Promise((resolve, reject) => {
    const stopped = (/** @type {unknown} */ why) =>
      reject(new EvaxError("WASM_TRAP", `the thread that reads films stopped: ${String(why)}`));
    const aborted = () => reject(signal?.reason);
    const listeners = { message: resolve, error: stopped, exit: stopped };
    for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener);
    signal?.addEventListener("abort", aborted);
    leave = () => {
      for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener);
      signal?.removeEventListener("abort", aborted);
      worker.unref();
    };
    worker.ref();
    worker.postMessage(task);
  });
  return answer.finally(() => leave());
}

/** Threads would outlive a reader that is dropped without dispose().
 * @type {FinalizationRegistry<{ worker: Worker | null }>} */
const dropped = new FinalizationRegistry(({ worker }) => void worker?.terminate());

/* The first reader of a process is most likely the only one, and its first film does not wait for a thread to
 * start. Others start theirs when they need it. */
let isFirst = true;

export class ThreadFilmReader {
  #module;
  /** @type {{ worker: Worker | null }} */ #thread = { worker: null };
  memoryBytes = 0;

  /** @param {WebAssembly.Module} module of the engine */
  constructor(module) {
    this.#module = module;
    if (isFirst) this.#thread.worker = startThread(module);
    isFirst = false;
    dropped.register(this, this.#thread);
  }

  /** @type {Reader["read"]} */
  async read(raw, wanted, picture, signal) {
    signal?.throwIfAborted();
    const task = { raw: { ...raw, bytes: await sharedCopy(raw.bytes, signal) }, wanted, picture };
    const worker = this.#thread.worker ??= startThread(this.#module);
    const { film, code, detail, usedBytes } = await answerOf(worker, task, signal).catch((error) => {
      this.dispose(); // it is gone, or still at work
      throw error;
    });
    this.memoryBytes = usedBytes;
    if (usedBytes > KEEP_BYTES) this.dispose();
    if (!film) throw new EvaxError(code ?? "WASM_TRAP", detail);
    return film;
  }

  dispose() {
    void this.#thread.worker?.terminate();
    this.#thread.worker = null;
    this.memoryBytes = 0;
  }
}
