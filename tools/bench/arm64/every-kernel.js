/* every-kernel.js - runs every kernel of a module once, so that V8 compiles and prints it: node every-kernel.js VARIANT
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { VERSION } from "../../../web/base/version.js";
import { SLOTS, WasmEngine } from "../../../web/engine/wasm-engine.js";
import { compile } from "../../../web/engine/wasm-instance.js";

const [variant] = process.argv.slice(2);
const alive = setInterval(() => {}, 1000); // an emulated start is slow, and nothing else keeps Node waiting
const wasm = new URL(`../../../web/wasm/evax-${variant}.wasm`, import.meta.url);
const engine = await WasmEngine.create(await compile(await readFile(wasm), variant), VERSION);
for (const slot of SLOTS) for (const name of engine.kernelNames(slot)) engine.runKernel(slot, name, 1);
clearInterval(alive);
