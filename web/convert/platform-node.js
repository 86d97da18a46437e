/* platform-node.js - what a conversion needs in Node: files by path or address, modules, threads.
 * SPDX-License-Identifier: MIT */
import { toPath } from "../base/path-node.js";
import * as threads from "../engine/threads-node.js";
import { readWasm } from "../model/source-node.js";
import { memorySource } from "./checkpoint/byte-source.js";
import { pathSource } from "./checkpoint/byte-source-node.js";
import * as web from "./checkpoint/fetched-file.js";

/** @type {import("./convert.js").ConvertPlatform} */
export const nodePlatform = {
  ...threads,
  readWasm,
  openMemory: memorySource,
  async openFile(place, signal) {
    if (/^https?:/i.test(String(place))) return web.openFile(place, signal);
    return pathSource(toPath(place));
  },
};
