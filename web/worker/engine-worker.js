/* engine-worker.js - an engine in a worker; the other side is remote-engine.js.
 *
 * It runs from its bundle of one file: by its address, or in a session as a blob: worker, which in the room
 * inherits a policy under which it cannot connect to anything.
 * SPDX-License-Identifier: MIT */
import { Channel, Moved } from "./channel.js";
import { EvaxError } from "../base/errors.js";
import { loadOn } from "../engine/load.js";
import { attemptFetch } from "../seal/escape-probe.js";
import { hashElsewhere } from "../base/sha256.js";
import { selfTest } from "../engine/self-test.js";
import * as source from "../model/source.js";
import { threadsThrough } from "../engine/threads.js";

/** @typedef {import("../engine/engine.js").Engine} Engine */

/* The page starts all other workers: see threads.js. */
const platform = {
  ...source,
  ...threadsThrough({ call: (name, args, options) => page.call(name, args, options) }),
  dicom: {
    open: () => import("../dicom/film.js"),
    runJob: (/** @type {unknown} */ job, /** @type {AbortSignal | undefined} */ signal) =>
      page.call("runJob", job, { signal }),
  },
};

/** @type {Engine | null} */
let engine = null;

function loadedEngine() {
  if (!engine) throw new EvaxError("STATE", "no model is loaded");
  return engine;
}

/** A source whose bytes the page sends. @param {{ name: string, attempts: number, verified: boolean }} source
 * @returns {import("../model/source.js").Source} */
const pageSource = ({ name, attempts, verified }) => ({
  name,
  attempts,
  verified,
  manifest: ({ fresh, signal }) => page.call("manifest", { fresh }, { signal }),
  chunk: (entry, { fresh, signal }) => page.call("chunk", { entry, fresh }, { signal }),
});

/** @type {import("./channel.js").Handler} */
async function load({ model, source: kept, integrity, variant, threads: count, wasm }, { signal }) {
  const onProgress = (/** @type {unknown} */ progress) => void page.call("progress", progress);
  const from = model ?? pageSource(kept);
  engine = await loadOn(platform, {
    model: from, integrity, variant, threads: count, wasm, signal, onProgress,
  });
  return { info: engine.info, memoryBytes: engine.memoryBytes };
}

/** @type {import("./channel.js").Handler} */
async function analyze({ input, frame, pictures }, { signal }) {
  const analysis = await loadedEngine().analyze(input, { signal, frame, pictures });
  const replay = loadedEngine().replayOf(analysis);
  const { picture, deep, embedding } = analysis;
  const arrays = [picture?.data, replay.seen?.data, deep?.levels, deep?.tones, embedding]
    .filter((array) => array !== undefined);
  const { info: { threads: count, threadsNote }, memoryBytes } = loadedEngine();
  const value = { analysis, replay, memoryBytes, threads: { threads: count, threadsNote } };
  return new Moved(value, arrays.map(({ buffer }) => buffer));
}

/** @type {import("./channel.js").Handler} */
async function infer({ chw }, { signal }) {
  const result = await loadedEngine().infer(chw, { signal });
  return { result, replay: { ...loadedEngine().replayOf(result), chw: null } };
}

/** @type {import("./channel.js").Handler} */
async function explain({ replay, label, options }, { signal }) {
  const map = await loadedEngine().explainReplay(replay, label, { ...options, signal });
  return { map, memoryBytes: loadedEngine().memoryBytes };
}

/** @type {import("./channel.js").Handler} */
async function preprocess({ input, frame }, { signal }) {
  const tensor = await loadedEngine().preprocess(input, { signal, frame });
  return new Moved(tensor, [tensor.buffer]);
}

/** @type {Record<string, import("./channel.js").Handler>} */
const handlers = {
  load,
  analyze,
  infer,
  explain,
  preprocess,
  selfTest: ({ vectors, preprocessing }) => selfTest(loadedEngine(), vectors, preprocessing),
  probe: ({ url, policy }) => attemptFetch(url, policy),
  ping: () => true,
};

const page = new Channel(/** @type {any} */ (globalThis), handlers);
hashElsewhere((bytes) => page.call("sha256", bytes));
