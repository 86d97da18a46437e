/* onnxruntime-web on its WebAssembly backend. SPDX-License-Identifier: MIT */
const DIST = "/tools/bench/node_modules/onnxruntime-web/dist/";

/** @param {{ config: string, dtype: string, threads: number, side: number }} options */
export async function open({ config, dtype, threads, side }) {
  const ort = await import(`${DIST}ort.wasm.min.mjs`);
  ort.env.wasm.wasmPaths = new URL(DIST, location.href).href;
  ort.env.wasm.numThreads = threads;
  const model = await (await fetch(`/build/peers/${config}-${dtype}.onnx`)).arrayBuffer();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"], graphOptimizationLevel: "all",
  });
  const shape = [1, 3, side, side];
  return {
    async infer(input) {
      const { logits } = await session.run({ image: new ort.Tensor("float32", input, shape) });
      return logits.data;
    },
  };
}
