/* inspect.js - what a checkpoint is, without converting it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { recognize } from "./architecture.js";
import { openCheckpoint } from "./checkpoint/checkpoint.js";
import { describe, describeHead, parametersOf, withSources } from "./convert.js";
import { headOf } from "./published-heads.js";

/** @typedef {object} Inspection
 * @property {string} file
 * @property {number} bytes of all files
 * @property {string} layout how the weights lie in it
 * @property {number} tensors how many there are
 * @property {string[]} types of their numbers
 * @property {string[]} notes
 * @property {import("./architecture.js").Architecture | null} architecture null where it is no EVA-X
 * @property {number} parameters that a conversion would use; 0 where it is no EVA-X
 * @property {EvaxError | null} problem why it cannot be converted as it is
 */

/** What it would be converted to. @param {import("./checkpoint/tensor.js").Tensors} all @param {AbortSignal} signal */
async function asModel(all, signal) {
  try {
    const { architecture, tensors } = await recognize(all, signal);
    const known = { architecture, parameters: parametersOf(tensors), lines: [describe(architecture)] };
    return { ...known, ...headLines(architecture.classes, known.lines) };
  } catch (error) {
    if (!(error instanceof EvaxError)) throw error;
    return { architecture: null, parameters: 0, lines: [], problem: error };
  }
}

/** @param {number} classes @param {string[]} lines */
function headLines(classes, lines) {
  try {
    return { lines: [...lines, ...describeHead(headOf(classes, {}))], problem: null };
  } catch (error) {
    if (!(error instanceof EvaxError)) throw error;
    return { lines, problem: error };
  }
}

/**
 * Rejects as convert() does where the file is no checkpoint at all.
 * @param {import("./convert.js").ConvertPlatform} platform
 * @param {import("./convert.js").CheckpointFile | import("./convert.js").CheckpointFile[]} files
 * @param {{ ema?: boolean, signal?: AbortSignal }} [options]
 * @returns {Promise<Inspection>}
 */
export function inspect(platform, files, { ema, signal = new AbortController().signal } = {}) {
  return withSources(platform, files, signal, async (sources) => {
    const checkpoint = await openCheckpoint(sources, { ema, signal });
    const { architecture, parameters, lines, problem } = await asModel(checkpoint.tensors, signal);
    return {
      file: checkpoint.name,
      bytes: sources.reduce((sum, { size }) => sum + size, 0),
      layout: checkpoint.layout,
      tensors: checkpoint.tensors.size,
      types: [...new Set([...checkpoint.tensors.values()].map(({ dtype }) => dtype))].sort(),
      notes: [...checkpoint.notes, ...lines],
      architecture,
      parameters,
      problem,
    };
  });
}
