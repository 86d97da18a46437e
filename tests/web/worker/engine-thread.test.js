/* An engine in a thread of Node: it says what one on the calling thread says, and its thread keeps nothing alive. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { forgetKernels, settledKernels } from "../../../web/engine/settled-kernels.js";
import { DEMO, at, film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const inThread = (options) => load({ worker: true, threads: 1, ...options });

test("a film has the same findings, embedding, maps and tensor in a thread", async () => {
  const [here, there] = await Promise.all([load({ model: DEMO, threads: 1 }), inThread({ model: DEMO })]);
  const [one, two] = await Promise.all([here, there].map((engine) => engine.analyze(film())));
  assert.deepEqual([two.findings, two.embedding], [one.findings, one.embedding]);
  const [{ label }] = one.findings;
  assert.deepEqual(await there.explain(two, label), await here.explain(one, label));
  assert.deepEqual(await there.preprocess(film()), await here.preprocess(film()));
  assert.equal(there.info.threads, 1);
  for (const engine of [here, there]) engine.dispose();
  await assert.rejects(there.analyze(film()), withCode("DISPOSED"));
});

test("the kernels that one engine has found to be the fastest run in the next thread from its first film on", async () => {
  forgetKernels();
  const model = memorySource(tinyModel());
  const first = await inThread({ model });
  const tensor = new Float32Array(3 * first.info.inputSize ** 2);
  for (let pass = 0; settledKernels().length === 0; pass++) {
    assert.ok(pass < 6, "settled within 5 passes");
    await first.infer(tensor);
  }
  const found = first.info.kernels;
  const [[key, name]] = settledKernels();
  assert.equal(found[key.split(" ")[1]], name);
  const next = await inThread({ model });
  assert.deepEqual(next.info.kernels, found);
  for (const engine of [first, next]) engine.dispose();
  forgetKernels();
});

test("a model that an object provides reaches the thread", async () => {
  const engine = await inThread({ model: memorySource(tinyModel()) });
  assert.equal((await engine.analyze(film())).findings.length, 3);
  engine.dispose();
});

test("errors of the model and of films are those of an engine here", async () => {
  await assert.rejects(inThread({ model: at("tests") }), withCode("MODEL_NOT_FOUND"));
  const engine = await inThread({ model: memorySource(tinyModel()) });
  await assert.rejects(engine.analyze(new Uint8Array(100)), withCode("IMAGE_FORMAT"));
  await assert.rejects(engine.analyze(film(), { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  assert.equal((await engine.analyze(film())).findings.length, 3);
  engine.dispose();
});

test("a process ends though its engine is not disposed, and not before a call that it waits for: load() as well", () => {
  const script = `
    import { load } from ${JSON.stringify(at("web", "evax-node.js"))};
    import { readFileSync } from "node:fs";
    const { compile } = WebAssembly; // of a busy machine, where it keeps nothing alive
    WebAssembly.compile = (bytes) => new Promise((resolve) => setTimeout(resolve, 20).unref()).then(() => compile(bytes));
    await load({ model: ${JSON.stringify(DEMO)}, threads: 2 });
    const engine = await load({ model: ${JSON.stringify(DEMO)}, worker: true });
    engine.analyze(readFileSync(${JSON.stringify(at("model", "samples", "nih_00000001_000.png"))}))
      .then(({ findings }) => console.log(findings.length));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script],
    { encoding: "utf8", timeout: 120_000 });
  assert.deepEqual([status, stdout, stderr], [0, "14\n", ""]);
});
