/* What a module must never write: the constants that its code reads. All modules, after 1,000 films of
 * every kind, whole and broken; and what the build refuses. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { EvaxError } from "../../../web/base/errors.js";
import { VERSION } from "../../../web/base/version.js";
import { LAYOUT, WasmEngine } from "../../../web/engine/wasm-engine.js";
import { compile, sharedMemory } from "../../../web/engine/wasm-instance.js";
import { faultsOf } from "../../../tools/build/check-module.js";
import { moduleFacts } from "../../../tools/build/module-facts.js";
import { VARIANTS, at, moduleBytes } from "../../support/repository.js";
import { tinyStream } from "../../support/tiny.js";

const FILMS = 1000;
const STACK = 262_144;
const KINDS = VARIANTS.flatMap((variant) => [variant, `${variant}-mt`]);

/** The pictures that fuzzing found: every kind that is read, and every way to be broken. */
const CORPUS = ["png", "jpeg"].flatMap((kind) => {
  const folder = at("tests", "fuzz", "corpus", kind);
  return readdirSync(folder).sort().map((name) => readFileSync(`${folder}/${name}`));
});

/** An engine with the tiny model, and its memory. */
async function open(t, kind) {
  const instances = [];
  const { instantiate } = WebAssembly;
  t.mock.method(WebAssembly, "instantiate", async (module, imports) => {
    instances.push(await instantiate(module, imports));
    return instances.at(-1);
  });
  const memory = kind.endsWith("-mt") ? sharedMemory() : null;
  const engine = await WasmEngine.create(await compile(moduleBytes(kind), kind), VERSION, { memory });
  engine.feed(tinyStream());
  engine.ready();
  engine.setPreprocessing({ resize: 18, mean: 0.5, std: 0.25 });
  return { engine, memory: memory ?? instances[0].exports.memory };
}

/** A film from file to result; false if the engine refused it. */
function analyze(engine, i) {
  try {
    if (i % 10 === 9) engine.pixels(new Uint8Array(4 * 6 * 5).fill(i), LAYOUT.rgba8, 6, 5);
    else engine.decode(CORPUS[i % CORPUS.length]);
    engine.setCrop(engine.cropImage(18, 16), 16);
    engine.begin();
    while (engine.step() > 0);
    engine.contribution(0, 1);
    return true;
  } catch (error) {
    assert.ok(error instanceof EvaxError && error.code.startsWith("IMAGE_"), error);
    return false;
  }
}

for (const kind of KINDS) {
  test(`${FILMS} films leave the constants of ${kind} as they were`, async (t) => {
    const { engine, memory } = await open(t, kind);
    const { segments } = moduleFacts(moduleBytes(kind));
    const { bytes } = segments.find(({ name }) => name === ".rodata");
    const address = Buffer.from(memory.buffer.slice(0)).indexOf(bytes);
    assert.ok(address >= STACK && bytes.length > 5000, `${bytes.length} bytes at ${address}`);
    let read = 0;
    for (let i = 0; i < FILMS; i++) read += analyze(engine, i) ? 1 : 0;
    assert.ok(read > 100 && read < FILMS - 100, `${read} films were read`);
    assert.ok(Buffer.from(memory.buffer.slice(address, address + bytes.length)).equals(bytes));
  });

  test(`the build finds nothing wrong with ${kind}, and no stack or thread-local variable in its data`, () => {
    assert.deepEqual(faultsOf(moduleBytes(kind), STACK), []);
  });
}

/** The module with a word of its own bytes replaced by another of the same length. */
function renamed(bytes, from, to) {
  const copy = Buffer.from(bytes);
  copy.write(to, copy.lastIndexOf(from));
  return copy;
}

test("the build refuses thread-local variables among the data, and a stack above it", () => {
  const bytes = moduleBytes("simd128");
  assert.match(faultsOf(renamed(bytes, ".data", ".tbss"), STACK).join(), /thread-local variables \(\.tbss\)/);
  assert.match(faultsOf(bytes, STACK / 2).join(), /its stack begins at 262144, not at 131072/);
  assert.match(faultsOf(bytes, 2 * STACK).join(), /\.rodata lies at 262144, inside the stack/);
});
