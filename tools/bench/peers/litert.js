/* LiteRT.js on the processor (XNNPACK). SPDX-License-Identifier: MIT */
import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";

const WASM = "/tools/bench/node_modules/@litertjs/core/wasm/";

/** @param {{ config: string, dtype: string, threads: number, side: number }} options */
export async function open({ config, dtype, threads, side }) {
  await loadLiteRt(WASM, { threads: threads > 1 });
  const model = await loadAndCompile(`/build/peers/${config}-${dtype}.tflite`, {
    accelerator: "wasm", cpuOptions: { numThreads: threads },
  });
  return {
    async infer(input) {
      const image = new Tensor(input, [1, 3, side, side]);
      const [logits] = await model.run([image]);
      const values = (await logits.data()).slice();
      image.delete();
      logits.delete();
      return values;
    },
  };
}
