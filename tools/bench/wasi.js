/* wasi.js - runs a WASI command in this Node: node wasi.js MODULE.wasm
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const wasi = new WASI({ version: "preview1", args: ["bench"], env: {} });
const imports = { ...wasi.getImportObject(), env: { emscripten_notify_memory_growth() {} } };
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), imports);
process.exitCode = wasi.start(instance);
