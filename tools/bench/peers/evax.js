/* This engine, by its public interface, in one file as the peers are. SPDX-License-Identifier: MIT */

const PACKAGE = "/web/evax.bundle.js";

/** @param {{ config: string, dtype: string, threads: number }} options */
export async function open({ config, dtype, threads }) {
  const { load } = await import(PACKAGE);
  const engine = await load({ model: `/build/fixtures/models/${config}-${dtype}`, threads });
  return {
    infer: async (input) => (await engine.infer(input)).logits,
    memoryBytes: () => engine.memoryBytes,
    kernels: () => Object.entries(engine.info.kernels).map((pair) => pair.join(": ")).join(", "),
  };
}
