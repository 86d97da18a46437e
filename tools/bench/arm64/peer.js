/* peer.js - three inferences of one model with another engine, one thread, marked for count.c; prints the first logits.
 *
 *     node peer.js ort MODEL.onnx
 *     node peer.js relaxed|compat MODEL.tflite BUNDLE      LiteRT.js; BUNDLE: its script as one file (run.js makes it)
 *
 * LiteRT.js is for browsers: it gets of a worker's globals what it asks for. `compat` is its module without relaxed SIMD,
 * which it takes in Safari. SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";

const INFERENCES = 3, SIDE = 224;
const PACKAGES = new URL("../node_modules/", import.meta.url);
const [engine, model, bundle] = process.argv.slice(2);
const alive = setInterval(() => {}, 1000); // an emulated start is slow, and nothing else keeps Node waiting
const mark = () => process.umask(0o22);
const area = SIDE * SIDE;
const input = Float32Array.from({ length: 3 * area }, (_, i) => 1.5 * Math.sin(0.01 * (i % area)));

async function openOrt() {
  const ort = await import(String(new URL("onnxruntime-web/dist/ort.node.min.mjs", PACKAGES)));
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(await readFile(model), { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  return async () => (await session.run({ image: new ort.Tensor("float32", input, [1, 3, SIDE, SIDE]) })).logits.data;
}

/** A worker's globals, by which LiteRT.js loads its module from the package. @param {boolean} compat */
function pretendWorker(compat) {
  const folder = new URL("@litertjs/core/wasm/", PACKAGES);
  const place = (url) => {
    const name = String(url).split("/").at(-1);
    return fileURLToPath(new URL(compat ? name.replace("wasm_internal", "wasm_compat_internal") : name, folder));
  };
  const wasm = { headers: { "content-type": "application/wasm" } };
  Object.assign(globalThis, {
    self: globalThis,
    location: { href: "http://localhost/" },
    WorkerGlobalScope: class {},
    importScripts: (url) => runInThisContext(readFileSync(place(url), "utf8"), { filename: place(url) }),
    fetch: async (url) => new Response(readFileSync(place(url)), wasm),
  });
}

async function openLiteRt() {
  pretendWorker(engine === "compat");
  const { Tensor, loadAndCompile, loadLiteRt } = await import(bundle);
  Object.defineProperty(process, "type", { value: "renderer" }); // its script reads files where there is a plain Node
  await loadLiteRt("/wasm/", { threads: false });
  const compiled = await loadAndCompile(new Uint8Array(readFileSync(model)), { accelerator: "wasm", cpuOptions: { numThreads: 1 } });
  return async () => {
    const image = new Tensor(input, [1, 3, SIDE, SIDE]);
    const [logits] = await compiled.run([image]);
    const values = (await logits.data()).slice();
    image.delete();
    logits.delete();
    return values;
  };
}

const infer = await (engine === "ort" ? openOrt() : openLiteRt());
let logits;
for (let i = 0; i < INFERENCES; i++) {
  mark();
  logits = await infer();
}
mark();
console.log(JSON.stringify({ logits: [...logits] }));
clearInterval(alive);
