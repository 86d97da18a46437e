/* thread-main.js - what a worker thread of the pool runs: a second instance of the engine's module in the
 * engine's shared memory. It takes work from the engine's jobs and sleeps between them until the engine
 * shuts the pool down. It gets no messages after the first, and sees of a film only the numbers in that
 * memory. In browsers the source text of runThread() is the whole script, so it must not refer to
 * anything outside itself.
 * SPDX-License-Identifier: MIT */

/** @param {import("./thread-pool.js").ThreadStart} task @param {() => void} ready called before the first job */
export async function runThread({ module, memory, engine, thread, stack }, ready) {
  const env = { memory, emscripten_notify_memory_growth() {} };
  const { exports } = await WebAssembly.instantiate(module, { env });
  const { stackRestore, evax_worker_loop: work } = /** @type {any} */ (exports);
  stackRestore(stack);
  ready();
  work(engine, thread);
}
