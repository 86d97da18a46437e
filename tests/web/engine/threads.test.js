/* Threads in Node: the same bits for any number, and what becomes of a film when one of them dies,
 * cannot start, or shared memory is refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { load } from "../../../web/evax-node.js";
import { loadOn } from "../../../web/engine/load.js";
import * as source from "../../../web/model/source-node.js";
import * as threads from "../../../web/engine/threads-node.js";
import { DEMO, VARIANTS, at, film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const bitsOf = ({ findings, embedding }) => [findings.map(({ logit }) => logit), embedding];

/** An engine for the demo model whose worker threads the test can reach. */
async function withThreads(count, start = threads.startThread) {
  const workerThreads = [];
  const startThread = (task) => {
    const workerThread = start(task);
    workerThreads.push(workerThread);
    return workerThread;
  };
  const platform = { ...source, ...threads, startThread, dicom: null };
  return { engine: await loadOn(platform, { model: DEMO, threads: count }), workerThreads };
}

const alone = await load({ model: DEMO, threads: 1 });
const expected = bitsOf(await alone.analyze(film()));

for (const variant of VARIANTS) {
  test(`1, 2, 3 and 5 threads of ${variant} give the same bits`, async () => {
    for (const count of [1, 2, 3, 5]) {
      const engine = await load({ model: DEMO, variant, threads: count });
      assert.equal(engine.info.threads, count);
      assert.equal(engine.info.threadsNote, "");
      for (let i = 0; i < 2; i++) assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
      engine.dispose();
    }
  });
}

test("automatic takes the processors there are, and one thread for a small model", async () => {
  const engine = await load({ model: DEMO });
  assert.equal(engine.info.threads, Math.min(availableParallelism(), 8));
  const tiny = await load({ model: memorySource(tinyModel()) });
  assert.deepEqual([tiny.info.threads, tiny.info.threadsNote], [1, "the model is small"]);
  for (const wrong of /** @type {any[]} */ ([0, 1.5, 65, "2", NaN, null])) {
    await assert.rejects(load({ model: DEMO, threads: wrong }), withCode("OPTION_INVALID"));
  }
});

test("when a sleeping thread ends the results stay the same, and info names the loss", async () => {
  const { engine, workerThreads } = await withThreads(3);
  assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
  workerThreads[0].end();
  await workerThreads[0].ended;
  assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
  assert.equal(engine.info.threads, 2);
  assert.match(engine.info.threadsNote, /a thread ended/);
});

test("a thread that dies at work costs no film: it is done again with one thread", async () => {
  // Without a stack the first tile of attention is the end of it.
  const { engine } = await withThreads(2, (task) => threads.startThread({ ...task, stack: 0 }));
  assert.equal(engine.info.threads, 2);
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
    assert.equal(engine.info.threads, 1);
    assert.match(engine.info.threadsNote, /in the middle of its work/);
  }
});

test("threads that are ended during a film, at any moment, cost nothing but time", async () => {
  const { engine, workerThreads } = await withThreads(3);
  const running = engine.analyze(film());
  for (const workerThread of workerThreads) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    workerThread.end();
  }
  assert.deepEqual(bitsOf(await running), expected);
  assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
});

for (const [what, start] of /** @type {[string, (task: any) => any][]} */ ([
  ["cannot be started", () => { throw new Error("no more workers"); }],
  ["fail at once", (task) => threads.startThread({ ...task, module: "none" })],
])) {
  test(`without threads that ${what} there is one`, async () => {
    const { engine } = await withThreads(2, start);
    assert.equal(engine.info.threads, 1);
    assert.match(engine.info.threadsNote, /no more workers|a thread did not start/);
    assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
  });
}

test("where shared memory is refused the module of one thread runs", async (t) => {
  const { Memory } = WebAssembly;
  t.mock.method(WebAssembly, "Memory", function refuse(limits) {
    if (limits.shared) throw new RangeError("could not allocate memory");
    return new Memory(limits);
  });
  const { info } = await load({ model: DEMO, threads: 2 });
  assert.deepEqual([info.threads, info.threadsNote], [1, "shared memory is not available"]);
});

test("a module of one thread, given by hand, runs alone", async () => {
  const wasm = at("web", "wasm", "evax-simd128.wasm");
  const strange = runInNewContext("Uint8Array.from(bytes)", { bytes: readFileSync(wasm) }); // of another window
  for (const given of [wasm, { simd128: wasm, relaxed: wasm }, strange]) {
    const { info } = await load({ model: DEMO, threads: 2, wasm: given });
    assert.equal(info.threads, 1);
    assert.match(info.threadsNote, /given/);
  }
});

test("an abort ends a film between two blocks, and the threads stay for the next", async () => {
  const engine = await load({ model: DEMO, threads: 2 });
  const stop = new AbortController();
  const stopped = assert.rejects(engine.analyze(film(), { signal: stop.signal }), { name: "AbortError" });
  setTimeout(() => stop.abort(), 25);
  await stopped;
  assert.deepEqual(bitsOf(await engine.analyze(film())), expected);
  assert.equal(engine.info.threads, 2);
});

test("dispose ends the threads, also in the middle of a film", async () => {
  const { engine, workerThreads } = await withThreads(3);
  const running = assert.rejects(engine.analyze(film()), withCode("DISPOSED"));
  setTimeout(() => engine.dispose(), 25);
  await running;
  await Promise.all(workerThreads.map(({ ended }) => ended));
});
