/* kept-weights.test.js - weights that a worker keeps between visits, on a stand-in for the origin private file system.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { loadChunks } from "../../../web/model/chunks.js";
import { keptWeights } from "../../../web/model/kept-weights.js";
import { privateFiles } from "../../support/private-files.js";
import { withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const MODEL = tinyModel();
const WHOLE = Buffer.concat([...MODEL.files.values()]);
const ADDRESS = "https://site.example/models/tiny/";

/** @type {Map<string, Uint8Array>} what the browser holds, by name */ let files;
/** @type {ReturnType<typeof privateFiles>} */ let storage;
const navigatorHere = Object.getOwnPropertyDescriptor(globalThis, "navigator");
beforeEach(() => {
  files = new Map();
  storage = privateFiles(files);
  Object.defineProperty(globalThis, "navigator", { value: { storage }, configurable: true });
});
afterEach(() => {
  delete globalThis.navigator;
  if (navigatorHere) Object.defineProperty(globalThis, "navigator", navigatorHere);
});

/** A visit: the chunks that its server was asked for; what the engine got must be the model. */
async function visit({ model = MODEL, name = ADDRESS, hash = "a".repeat(64), chunk = memorySource(model, 2).chunk,
  signal = new AbortController().signal, onProgress = () => {} } = {}) {
  const asked = [], fed = [];
  const server = { ...memorySource(model, 2), name, chunk: (entry, request) => {
    asked.push(request.fresh ? `${entry.file}, fresh` : entry.file);
    return chunk(entry, request);
  } };
  const source = keptWeights(server, model.manifest, hash);
  let ended;
  const end = () => (ended = source.end());
  try {
    await loadChunks({ ...source, end }, model.manifest, (bytes) => fed.push(bytes.slice()), signal, onProgress);
  } finally {
    await ended;
  }
  assert.ok(Buffer.concat(fed).equals(Buffer.concat([...model.files.values()])));
  return asked;
}

const names = MODEL.manifest.chunks.map(({ file }) => file);

test("a later visit asks the server for no chunk, and leaves the file to others", async () => {
  assert.deepEqual(await visit(), names);
  assert.deepEqual(await visit(), []);
  assert.deepEqual(await visit({ name: `${ADDRESS}?key=1` }), []);
  assert.deepEqual([files.size, storage.open.size], [1, 0]);
});

test("a flipped bit is noticed, that chunk alone is fetched, and the next visit keeps a good file", async () => {
  await visit();
  const [[name, sound]] = files;
  for (const [file, at] of /** @type {[string, number][]} */ ([[names[0], 5], [names.at(-1), WHOLE.length - 1]])) {
    const bad = sound.slice();
    bad[at] ^= 4;
    files.set(name, bad);
    assert.deepEqual(await visit(), [`${file}, fresh`]);
    assert.equal(files.size, 0);
  }
  assert.ok(Buffer.concat([...MODEL.files.values()]).equals(WHOLE), "the server's bytes stay its own");
  assert.deepEqual([await visit(), await visit()], [names, []]);
});

test("a file that was not written to its end is written anew", async () => {
  await visit();
  const [[name, sound]] = files;
  for (const length of [0, 100, WHOLE.length]) {
    files.set(name, sound.slice(0, length));
    assert.deepEqual(await visit(), names, `${length} bytes`);
    assert.deepEqual(await visit(), []);
  }
});

test("a loading that ends early leaves nothing", async () => {
  const stop = new AbortController();
  const abort = ({ loadedBytes }) => loadedBytes > 0 && stop.abort();
  await assert.rejects(visit({ signal: stop.signal, onProgress: abort }), { name: "AbortError" });
  await assert.rejects(visit({ chunk: async ({ bytes }) => new Uint8Array(bytes) }), withCode("CHUNK_HASH"));
  assert.deepEqual([files.size, storage.open.size], [0, 0]);
});

test("a new model takes the place of the one at its address, and of no other", async () => {
  await visit();
  await visit({ name: "https://site.example/models/other/" });
  const model = tinyModel({ seed: 2 });
  assert.deepEqual(await visit({ model, hash: "b".repeat(64) }), names);
  assert.deepEqual(await visit({ model, hash: "b".repeat(64) }), []);
  assert.deepEqual([...files.keys()].map((name) => name.slice(65, 66)).sort(), ["a", "b"]);
  assert.deepEqual(await visit({ name: "https://site.example/models/other/" }), []);
});

test("a browser that has no room, keeps no files, or lets another tab write costs the next visit a download", async () => {
  for (const room of [0, 10_000, WHOLE.length]) {
    storage.room = room;
    assert.deepEqual(await visit(), names, `${room} bytes`);
    assert.equal(files.size, 0);
  }
  storage.room = Infinity;
  const [, again] = await Promise.all([visit(), visit()]);
  assert.deepEqual(again, names);
  storage.getDirectory = async () => {
    throw new DOMException("", "SecurityError");
  };
  assert.deepEqual(await visit(), names);
});
