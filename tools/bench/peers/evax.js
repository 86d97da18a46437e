/* This engine, by its public interface. SPDX-License-Identifier: MIT */

/** @param {{ config: string, dtype: string, threads: number }} options */
export async function open({ config, dtype, threads }) {
  const { load } = await import("/web/evax.js");
  const engine = await load({ model: `/build/fixtures/models/${config}-${dtype}`, threads });
  return {
    infer: async (input) => (await engine.infer(input)).logits,
    memoryBytes: () => engine.memoryBytes,
  };
}
