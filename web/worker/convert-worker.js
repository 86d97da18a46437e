/* convert-worker.js - the converter in a worker; the other side is remote-converter.js.
 *
 * It runs from its bundle of one file: by its address, or in a session as a blob: worker.
 * SPDX-License-Identifier: MIT */
import { hashElsewhere } from "../base/sha256.js";
import { threadsThrough } from "../engine/threads.js";
import * as source from "../model/source.js";
import { Channel } from "./channel.js";
import { memorySource } from "../convert/checkpoint/byte-source.js";
import { convertInto } from "../convert/convert.js";
import { openFile } from "../convert/checkpoint/fetched-file.js";

const platform = {
  ...source,
  ...threadsThrough({ call: (name, args, options) => page.call(name, args, options) }),
  openFile,
  openMemory: memorySource,
};

/** @type {Record<string, import("../worker/channel.js").Handler>} */
const handlers = {
  convert: ({ files, options, places, asks }, { signal }) => convertInto({ ...platform, converterPlaces: places }, files, {
    ...options, signal, onProgress: (progress) => void page.call("progress", progress),
    ...(asks && { askCard: (/** @type {unknown} */ question) => page.call("askCard", question, { signal }) }),
  }, (file, bytes) => page.call("keep", { file, bytes }, { signal, transfer: [bytes.buffer] })),
};

const page = new Channel(/** @type {any} */ (globalThis), handlers);
hashElsewhere((bytes) => page.call("sha256", bytes));
