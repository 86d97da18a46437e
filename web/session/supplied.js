/* supplied.js - what the supply has handed in that serves any model: it is fetched once, and used again for models in files
 * that come after the seal.
 * SPDX-License-Identifier: MIT */
import { kindsFor } from "../engine/modules.js";

/** @typedef {import("./supply.js").ConverterFiles} ConverterFiles */
/** @typedef {import("./supply.js").EngineAssets} EngineAssets */
/** @typedef {import("./supply.js").EvaluatorFiles} EvaluatorFiles */
/** @typedef {import("./supply.js").SupplyPort} SupplyPort */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("../engine/wasm-engine.js").Variant} Variant */

/** engine: without chunks; converter, evaluator: give it, or throw why it could not be had.
 * @typedef {{ engine: EngineAssets, converter: () => ConverterFiles, evaluator: () => EvaluatorFiles }} Supplied */

/** @template T @param {PromiseSettledResult<T>} settled what could be had without @returns {() => T} */
const orReason = (settled) => () => {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
};

/** @param {PromiseSettledResult<{ files: SealedFile[] }>} settled */
const filesOf = (settled) => (settled.status === "fulfilled" ? settled.value.files : []);

/** All that is ever needed: the engine, with the model unless it is in files, the converter for models in files that
 * come later, and the evaluator, without which films are read all the same.
 * @param {SupplyPort} supply @param {{ variant: Variant, threads: "auto" | number }} how @param {AbortSignal} signal
 * @param {import("./supply.js").Listener | null} listener null: without the model
 * @returns {Promise<{ assets: EngineAssets, supplied: Supplied }>} assets: with the model's chunks */
export async function fetchSupplied(supply, { variant, threads }, signal, listener) {
  const several = globalThis.crossOriginIsolated && threads !== 1;
  const [engine, [converter, evaluator]] = await Promise.all([
    supply.assets(kindsFor(variant, threads), signal, listener),
    Promise.allSettled([supply.converter(several, signal), supply.evaluator(signal)]),
  ]);
  signal.throwIfAborted();
  const assets = { ...engine, files: [...engine.files, ...filesOf(converter), ...filesOf(evaluator)] };
  const supplied = { engine: { ...assets, chunks: [] }, converter: orReason(converter), evaluator: orReason(evaluator) };
  return { assets, supplied };
}
