/* stage.js - runs one contestant in a page, timed from here. SPDX-License-Identifier: MIT */

/* Memories that runtimes make, or get from their modules: the only way to see into them. */
const memories = new Set();
const { Memory, instantiate, instantiateStreaming } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor) {
    super(descriptor);
    memories.add(this);
  }
};
const watched = (start) => async (...args) => {
  const result = await start(...args);
  const { exports } = result.instance ?? result;
  for (const value of Object.values(exports)) if (value instanceof Memory) memories.add(value);
  return result;
};
WebAssembly.instantiate = watched(instantiate);
WebAssembly.instantiateStreaming = watched(instantiateStreaming);

let contestant, input;

const sum = (values) => values.reduce((a, b) => a + b, 0);

/**
 * Loads a contestant and runs it once.
 * @param {{ peer: string, config: string, dtype: string, threads: number, side: number }} options
 */
export async function start(options) {
  const { open } = await import(`./${options.peer}.js`);
  const bytes = await fetch(`/build/fixtures/cases/${options.config}/in0.input.f32`);
  input = new Float32Array(await bytes.arrayBuffer());
  const began = performance.now();
  contestant = await open(options);
  const loaded = performance.now();
  const logits = await contestant.infer(input);
  const first = performance.now();
  return { loadMs: loaded - began, firstMs: first - loaded, logits: [...logits] };
}

/** Milliseconds of each of `count` runs. @param {number} count */
export async function run(count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await contestant.infer(input);
    times.push(performance.now() - began);
  }
  return times;
}

/** Bytes of WebAssembly memory. */
export const memoryBytes = () =>
  contestant.memoryBytes?.() ?? sum([...memories].map(({ buffer }) => buffer.byteLength));

/** The kernels that a contestant has chosen, if it does. */
export const kernels = () => contestant.kernels?.() ?? "";
