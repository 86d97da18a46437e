/* Tampering: whatever is changed of a model or of the module, in one bit or as a whole, is noticed
 * before a number comes out of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ModelCache, cachedSource } from "../../../web/model/cache.js";
import { load } from "../../../web/evax-node.js";
import { loadOn } from "../../../web/engine/load.js";
import { loadChunks, loadManifest } from "../../../web/model/chunks.js";
import { sha256 } from "../../../web/base/sha256.js";
import * as source from "../../../web/model/source-node.js";
import { verifyWasm } from "../../../web/model/source.js";
import * as threads from "../../../web/engine/threads-node.js";
import { cacheStorage } from "../../support/cache-storage.js";
import { DEMO, at, moduleBytes, withCode } from "../../support/repository.js";
import { flipped, places } from "../../support/tamper.js";
import { manifestBytes } from "../../support/manifest-bytes.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const never = new AbortController().signal;
const DETECTED = /^(MANIFEST_INVALID|MANIFEST_VERSION|MANIFEST_HASH|CHUNK_HASH|WASM_LOAD)$/;

/** The code with which something is refused, or "" if it is not. */
const refusal = (work) => work().then(() => "", ({ code }) => code);

/** How often each of `count` flipped bits was refused, by code; "" counts those that were not. */
async function flips(bytes, count, open) {
  const seen = {};
  for (const place of places(bytes.length, count)) {
    const code = await refusal(() => open(flipped(bytes, place)));
    assert.match(code, DETECTED, `bit ${place.bit} of byte ${place.byte}`);
    seen[code] = (seen[code] ?? 0) + 1;
  }
  return seen;
}

test("1,000 flipped bits of a manifest are noticed 1,000 times", async () => {
  const bytes = await source.openSource(DEMO).manifest({ signal: never, fresh: false });
  const seen = await flips(bytes, 1000, (bad) =>
    loadManifest({ ...memorySource(tinyModel()), manifest: async () => bad }, never));
  assert.ok(seen.MANIFEST_HASH > 300, "many of them leave JSON that is valid");
});

test("1,000 flipped bits of the chunks are noticed 1,000 times, and none is fed", async () => {
  const model = tinyModel(), { manifest, files } = model;
  const whole = Buffer.concat([...files.values()]);
  await flips(whole, 1000, async (bad) => {
    const fed = [];
    const source = { ...memorySource(model), chunk: async ({ file }) => {
      const start = 8192 * manifest.chunks.findIndex((entry) => entry.file === file);
      return bad.subarray(start, start + files.get(file).length);
    } };
    await loadChunks(source, manifest, (bytes) => fed.push(...bytes), never, () => {})
      .finally(() => assert.deepEqual(fed, [...whole.subarray(0, fed.length)]));
  });
});

/** A model's cache in a browser that holds these entries. */
function openCache(kept) {
  globalThis.caches = cacheStorage(kept);
  return ModelCache.open("https://site.example/model/");
}

test("1,000 flipped bits of a cache are noticed, and that chunk alone is fetched", async (t) => {
  const model = tinyModel(), { manifest, files } = model;
  const whole = Buffer.concat([...files.values()]);
  const sound = new Map();
  t.after(() => delete globalThis.caches);
  const first = await openCache(sound);
  for (const entry of manifest.chunks) await first.writeChunk(entry, files.get(entry.file));
  const keys = [...sound.keys()];
  await Promise.all(places(whole.length, 1000).map(async ({ byte, bit }) => {
    const chunk = Math.floor(byte / 8192);
    const bad = flipped(sound.get(keys[chunk]), { byte: byte % 8192, bit });
    const cache = await openCache(new Map(sound).set(keys[chunk], bad));
    const fetched = [];
    const fed = [];
    const server = { ...memorySource(model, 2), chunk: async ({ file }) => {
      fetched.push(file);
      return files.get(file);
    } };
    await loadChunks(cachedSource(server, cache, () => {}), manifest,
      (bytes) => fed.push(Buffer.from(bytes)), never, () => {});
    assert.ok(Buffer.concat(fed).equals(whole), `bit ${bit} of byte ${byte}`);
    assert.deepEqual(fetched, [manifest.chunks[chunk].file]);
  }));
});

test("1,000 flipped bits of the modules are noticed 1,000 times", async () => {
  for (const variant of ["simd128", "relaxed"]) {
    const bytes = moduleBytes(variant);
    assert.equal(await verifyWasm(bytes, "here"), bytes);
    await flips(bytes, 500, (bad) => verifyWasm(bad, "here"));
  }
});

test("a module that is not this package's is refused from wherever it is read", async () => {
  const bad = flipped(moduleBytes("simd128"), { byte: 1000, bit: 0 });
  const readWasm = async (place) => verifyWasm(bad, place);
  const model = memorySource(tinyModel());
  await assert.rejects(loadOn({ ...source, ...threads, dicom: null, readWasm }, { model }), withCode("WASM_LOAD", /SHA-256/));
  const wasm = at("model", "demo", "chunk-000.bin");
  await assert.rejects(load({ model, wasm }), withCode("WASM_LOAD", /no module of this package/));
});

/** What may happen to the chunks of a folder: they are changed in place. */
const older = tinyModel({ seed: 7 }).files;
for (const [what, code, change] of /** @type {[string, string, (files: typeof older, names: string[]) => void][]} */ ([
  ["cut short", "CHUNK_LENGTH", (files, [first]) => files.set(first, files.get(first).slice(1))],
  ["swapped", "CHUNK_HASH", (files, [a, b]) => {
    const bytes = files.get(a);
    files.set(a, files.get(b)).set(b, bytes);
  }],
  ["repeated", "CHUNK_HASH", (files, [a, b]) => files.set(b, files.get(a))],
  ["older", "CHUNK_HASH", (files, [, b]) => files.set(b, older.get(b))],
  ["all older", "CHUNK_HASH", (files) => older.forEach((bytes, file) => files.set(file, bytes))],
])) {
  test(`chunks that are ${what} are noticed`, async () => {
    const model = tinyModel();
    change(model.files, [...model.files.keys()]);
    await assert.rejects(load({ model: memorySource(model) }), withCode(code));
  });
}

test("every change of a manifest's words needs a new checksum", async () => {
  for (const change of [
    (m) => { m.labels.reverse(); },
    (m) => { m.notice = "Certified."; },
    (m) => { m.findings = { "Finding 0": { threshold: 0.01 } }; },
    (m) => { m.later = 1; },
    (m) => { m.checksum = "0".repeat(64); },
  ]) {
    const manifest = JSON.parse(new TextDecoder().decode(manifestBytes(tinyModel().manifest)));
    change(manifest);
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    const source = { ...memorySource(tinyModel()), manifest: async () => bytes };
    await assert.rejects(load({ model: source }), withCode("MANIFEST_HASH", /it is [0-9a-f]{64}/));
  }
});

test("with `integrity`, only the model of that hash opens, even if another is sound", async () => {
  const model = tinyModel();
  const integrity = await sha256(manifestBytes(model.manifest));
  const { info } = await load({ model: memorySource(model), integrity });
  assert.equal(info.modelHash, integrity);
  const other = memorySource(tinyModel({ seed: 7 }));
  await assert.rejects(load({ model: other, integrity }), withCode("MODEL_INTEGRITY"));
  for (const bad of ["", "sha256-abc", integrity.toUpperCase()]) {
    await assert.rejects(load({ model: other, integrity: bad }), withCode("OPTION_INVALID", /hex/));
  }
});
