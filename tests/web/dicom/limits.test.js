/* The worker that decodes a frame of DICOM: its limits of time and memory and a cancel end it, are
 * told apart, and leave the engine as it was.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { nodeThread } from "../../../web/dicom/run-job-node.js";
import { runJob } from "../../../web/dicom/run-job.js";
import { loadOn } from "../../../web/engine/load.js";
import * as source from "../../../web/model/source-node.js";
import * as threads from "../../../web/engine/threads-node.js";
import { bytesOf } from "../../support/dicom-films.js";
import { film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

/** A worker with a script of the test's in place of the decoders. */
function threadOf(script, started, limits) {
  const worker = new Worker(script, { eval: true, resourceLimits: limits });
  started.push(new Promise((resolve) => { worker.once("exit", resolve); }));
  return nodeThread(worker);
}

const decoder = (work) => `const { parentPort } = require('node:worker_threads');
  parentPort.postMessage({ ready: true });
  parentPort.on('message', () => { ${work} });`;
const HANGS = decoder("for (;;);");
const GROWS = decoder("const kept = []; for (;;) kept.push(new Array(10000).fill(kept.length));");
const DIES = decoder("process.exit(0);");
/** @type {import("../../../web/dicom/frame/decoders.js").Job} */
const JOB = {
  decoder: "jpeg-ls", bytes: new Uint8Array(1e6), pixels: 4e6, samples: 1, bits: 8, memory: 1e8,
};

/** An engine whose frames go to such a worker. */
function engineWith(script, started, limits) {
  const job = (wanted, signal) => runJob(() => threadOf(script, started, limits), wanted, signal);
  const dicom = { open: () => import("../../../web/dicom/film.js"), runJob: job };
  return loadOn({ ...source, ...threads, dicom }, { model: memorySource(tinyModel()) });
}

test("a frame whose decoder hangs ends after 5.5 s and 2.5 s a megabyte, and not before", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const started = [];
  let settled = false, tell;
  const ready = new Promise((resolve) => { tell = resolve; });
  const thread = () => {
    const { listen, ...rest } = threadOf(HANGS, started);
    return { ...rest, listen: (onMessage, onError) => listen((data) => tell(onMessage(data)), onError) };
  };
  const decoded = runJob(thread, JOB).finally(() => { settled = true; });
  decoded.catch(() => {});
  await ready;
  t.mock.timers.tick(7_999);
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.equal(settled, false);
  t.mock.timers.tick(1);
  await assert.rejects(decoded, withCode("DICOM_LIMIT", /not decoded after 8 s/));
  await Promise.all(started);
});

test("a worker whose script does not run is no damaged film", async () => {
  const started = [];
  const unloaded = (script) => runJob(() => threadOf(script, started), JOB);
  await assert.rejects(unloaded("no script"), withCode("WORKER_LOAD", /Unexpected identifier/));
  await assert.rejects(unloaded("process.exit(0)"), withCode("WORKER_LOAD", /frame-worker/));
  await Promise.all(started);
});

test("a cancel while the worker starts ends it as well, at once", async () => {
  const started = [], cancel = new AbortController();
  const decoded = runJob(async () => {
    cancel.abort(new Error("enough"));
    return threadOf(HANGS, started);
  }, JOB, cancel.signal);
  await assert.rejects(decoded, /enough/);
  await Promise.all(started);
});

test("a cancel ends a decoder that hangs, and the next film is analyzed", async () => {
  const started = [];
  const engine = await engineWith(HANGS, started);
  const cancel = new AbortController();
  const analysis = engine.analyze(bytesOf("dx8.jls.dcm"), { signal: cancel.signal });
  analysis.catch(() => {});
  while (started.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
  cancel.abort(new Error("enough"));
  await assert.rejects(analysis, /enough/);
  assert.equal(started.length, 1);
  await Promise.all(started);
  assert.ok((await engine.analyze(film())).findings.length > 0);
});

test("a decoder that takes memory without end is named, and the next film is analyzed", async () => {
  const started = [];
  const engine = await engineWith(GROWS, started, { maxOldGenerationSizeMb: 16 });
  const analysis = engine.analyze(bytesOf("dx16.sv1.dcm"));
  await assert.rejects(analysis, withCode("DICOM_LIMIT", /too much memory/));
  await Promise.all(started);
  assert.ok((await engine.analyze(film())).findings.length > 0);
});

test("a decoder that ends by itself is an error of its film", async () => {
  const started = [];
  const engine = await engineWith(DIES, started);
  const analysis = engine.analyze(bytesOf("cr12.j2k.dcm"));
  await assert.rejects(analysis, withCode("DICOM_CORRUPT", /decoder stopped/));
  assert.ok((await engine.analyze(film())).findings.length > 0);
});

test("a cancel beforehand starts no worker", async () => {
  const started = [];
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(runJob(() => threadOf(HANGS, started), JOB, signal), /enough/);
  assert.deepEqual(started, []);
});
