/* thread-main.js - what a thread of the crew does: it lives in the engine's memory, works on the engine's
 * jobs and sleeps in between, until it is sent home. It takes no messages and sees no film but the
 * numbers in that memory. In browsers the text of help() is the whole script: it names nothing outside.
 * SPDX-License-Identifier: MIT */

/** @param {import("./thread-pool.js").Task} task @param {() => void} ready called before the first job */
export async function help({ module, memory, engine, thread, stack }, ready) {
  const env = { memory, emscripten_notify_memory_growth() {} };
  const { exports } = await WebAssembly.instantiate(module, { env });
  const { stackRestore, evax_help: work } = /** @type {any} */ (exports);
  stackRestore(stack);
  ready();
  work(engine, thread);
}
