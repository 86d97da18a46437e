/* remote-converter.js - a conversion in a worker of its own, so that the page stays responsive; the other
 * side is convert-worker.js. The worker ends with the conversion, which gives all of its memory back.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { PageThreads } from "../engine/threads.js";
import { Channel } from "./channel.js";
import { cloneablePlace, cloneablePlaces } from "./cloneable-input.js";
import { checkConvertOptions } from "../convert/convert-options.js";
import { ConvertedModel } from "../convert/converted-model.js";

/** @typedef {import("../convert/convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("../convert/convert.js").ConvertOptions} ConvertOptions */

/**
 * Converts a checkpoint. The contract is that of convert() in evax.js.
 * @param {Worker} worker that runs convert-worker.js; it ends with the conversion
 * @param {CheckpointFile | CheckpointFile[]} files
 * @param {Parameters<typeof import("../convert/convert.js").convertInto>[2]} options
 * @param {import("../convert/convert-module.js").ConverterPlaces} [places] of what the worker loads by address
 * @returns {Promise<ConvertedModel>}
 */
export async function convertInWorker(worker, files, options, places = {}) {
  /** @type {Map<string, Blob>} */
  const chunks = new Map();
  const threads = new PageThreads();
  const { signal, askCard, assets: _used, onProgress = () => {}, ...rest } = options;
  const channel = new Channel(worker, {
    ...threads.handlers,
    progress: onProgress,
    ...(askCard && { askCard }),
    sha256,
    keep: ({ file, bytes }) => void chunks.set(file, new Blob([bytes])),
  });
  const failed = (/** @type {Event} */ event) => {
    event.preventDefault();
    channel.close(new EvaxError("WORKER_LOAD", /** @type {ErrorEvent} */ (event).message || "convert-worker.js"));
  };
  worker.addEventListener("error", failed);
  worker.addEventListener("messageerror", failed);
  try {
    checkConvertOptions(options);
    const args = { files: (Array.isArray(files) ? files : [files]).map(cloneablePlace), options: rest, places: cloneablePlaces(places),
      asks: Boolean(askCard) };
    return new ConvertedModel(await channel.call("convert", args, { signal }), chunks);
  } finally {
    worker.terminate();
    threads.end();
    channel.close(new EvaxError("DISPOSED"));
  }
}
