/* This engine, by its public interface. SPDX-License-Identifier: MIT */

/** @param {{ config: string, dtype: string, files: string }} options */
export async function open({ config, dtype }) {
  const { load } = await import("/web/evax.js");
  const engine = await load({ model: `/build/fixtures/models/${config}-${dtype}` });
  return {
    infer: async (input) => (await engine.infer(input)).logits,
    memoryBytes: () => engine.memoryBytes,
  };
}
