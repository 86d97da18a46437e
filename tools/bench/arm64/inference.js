/* inference.js - three inferences of one model with one module, marked for count.c; prints the kernels and the SHA-256 of
 * logits and embedding, and what the model says of itself.
 *
 *     node inference.js MODEL VARIANT [KERNEL]       KERNEL of every slot, where the slot has it
 *
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { VERSION } from "../../../web/base/version.js";
import { SLOTS, WasmEngine } from "../../../web/engine/wasm-engine.js";
import { compile } from "../../../web/engine/wasm-instance.js";

const INFERENCES = 3;
const [model, variant, kernel] = process.argv.slice(2);
const alive = setInterval(() => {}, 1000); // an emulated start is slow, and nothing else keeps Node waiting

const wasm = new URL(`../../../web/wasm/evax-${variant}.wasm`, import.meta.url);
const engine = await WasmEngine.create(await compile(await readFile(wasm), variant), VERSION);
for (const slot of SLOTS) if (kernel && engine.kernelNames(slot).includes(kernel)) engine.setKernel(slot, kernel);
const { chunks } = JSON.parse(await readFile(`${model}/manifest.json`, "utf8"));
for (const { file } of chunks) engine.feed(await readFile(`${model}/${file}`));
engine.ready();
const model_ = engine.header();
const { inputSize, classes, embedDim } = model_;
const area = inputSize * inputSize;
engine.setInput(Float32Array.from({ length: 3 * area }, (_, i) => 1.5 * Math.sin(0.01 * (i % area))));
for (let i = 0; i < INFERENCES; i++) {
  process.umask(0o22);
  engine.begin();
  while (engine.step() > 0);
}
process.umask(0o22);
const numbers = Float32Array.from([...engine.logits(classes), ...engine.embedding(embedDim)]);
const digest = createHash("sha256").update(new Uint8Array(numbers.buffer)).digest("hex");
console.log(JSON.stringify({ kernels: Object.fromEntries(SLOTS.map((slot) => [slot, engine.kernel(slot)])), digest, model: model_ }));
clearInterval(alive);
