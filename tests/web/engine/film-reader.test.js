/* Where films are read: off the event loop in Node, ended by an abort at any moment, and without leaving their
 * memory behind, whether they are read or refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { FilmReader, KEEP_BYTES } from "../../../web/engine/film-reader.js";
import { ThreadFilmReader } from "../../../web/engine/film-reader-node.js";
import { sharedMemory } from "../../../web/engine/wasm-instance.js";
import { blackPng, slowJpeg } from "../../support/pictures.js";
import { processorMs } from "../../support/processor-time.js";
import { film, moduleBytes, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const tiny = () => load({ model: memorySource(tinyModel()) });
const module = new WebAssembly.Module(moduleBytes("simd128"));
const WANTED = { size: 32, resize: 36 };
const large = (over) => blackPng({ width: 4800, height: 4800, channels: 3, ...over });

/** How many turns the event loop had while a promise was pending. @param {Promise<unknown>} promise */
async function turnsOf(promise) {
  let turns = 0;
  const count = () => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  await promise;
  clearImmediate(next);
  return turns;
}

test("the event loop has its turns while a film is decoded and prepared", async () => {
  const engine = await tiny();
  await engine.analyze(film());
  for (const slow of [slowJpeg({ side: 2000 }), large()]) {
    const turns = await turnsOf(engine.analyze(slow));
    assert.ok(turns > 50, `${turns} turns`);
  }
  engine.dispose();
});

test("an abort ends the decoding of a film at once, and the next film has its own numbers", async () => {
  const engine = await tiny();
  const expected = (await engine.analyze(film())).findings;
  const slow = slowJpeg({ side: 7000 });
  for (const wait of [0, 1, 20, 200]) {
    const abort = new AbortController();
    const analysis = engine.analyze(slow, { signal: abort.signal });
    const rejected = assert.rejects(analysis, { name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, wait));
    abort.abort();
    const turns = await turnsOf(rejected);
    assert.ok(turns < 10, `${turns} turns`);
    assert.deepEqual((await engine.analyze(film())).findings, expected);
  }
  engine.dispose();
});

test("a large film leaves no memory behind, read or refused", async () => {
  const engine = await tiny();
  await engine.analyze(film());
  const { memoryBytes } = engine;
  await engine.analyze(large());
  assert.ok(engine.memoryBytes <= memoryBytes, `${engine.memoryBytes} bytes after a large film`);
  await assert.rejects(engine.analyze(large({ damaged: true })), withCode("IMAGE_CORRUPT", /Adler-32/));
  assert.ok(engine.memoryBytes <= memoryBytes, `${engine.memoryBytes} bytes after a refused film`);
  engine.dispose();
});

test("a reader keeps its memory for the next film, unless it is large", async () => {
  const reader = new FilmReader(module);
  await reader.read({ bytes: film(), layout: null }, WANTED, false);
  const { memoryBytes } = reader;
  assert.ok(memoryBytes > 0 && memoryBytes < KEEP_BYTES, `${memoryBytes} bytes`);
  await reader.read({ bytes: film(), layout: null }, WANTED, false);
  assert.equal(reader.memoryBytes, memoryBytes);
  await reader.read({ bytes: large(), layout: null }, WANTED, false);
  assert.equal(reader.memoryBytes, 0);
  assert.ok(reader.usedBytes > KEEP_BYTES);
});

test("readers on this thread and on another give the same bits, of modules with threads, too", async () => {
  const shared = new WebAssembly.Module(moduleBytes("simd128-mt"));
  assert.ok(sharedMemory());
  const readers = [new FilmReader(module), new FilmReader(shared), new ThreadFilmReader(module),
    new ThreadFilmReader(shared)];
  const films = [];
  for (const reader of readers) {
    const { image, crop, picture } = await reader.read({ bytes: film(), layout: null }, WANTED, true);
    films.push({ image, crop, picture });
    reader.dispose();
  }
  assert.equal(films[0].crop.length, 32 * 32);
  for (const other of films.slice(1)) assert.deepEqual(other, films[0]);
});

test("a film that takes too long to decode is refused before it is decoded", async () => {
  const engine = await tiny();
  const before = processorMs();
  await assert.rejects(engine.analyze(slowJpeg({ side: 7000, bands: 63 })),
    withCode("IMAGE_UNSUPPORTED", /too long to decode/));
  const took = processorMs() - before;
  assert.ok(took < 1000, `${took} ms`);
  engine.dispose();
});

test("pixels and files are refused by their size before they are copied", async () => {
  const engine = await tiny();
  for (const [width, height] of [[8001, 8000], [16_385, 1], [1, 16_385], [2 ** 31 - 1, 2 ** 31 - 1]]) {
    await assert.rejects(engine.analyze({ data: new Uint8Array(4), width, height }), withCode("IMAGE_SIZE"));
  }
  engine.dispose();
});
