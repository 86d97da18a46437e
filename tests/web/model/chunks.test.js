/* Loading: every fault of a chunk is found before the engine sees a byte of it; servers that falter
 * are asked again; an abort ends it at any moment; progress only ever rises. */
import assert from "node:assert/strict";
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { load } from "../../../web/evax-node.js";
import { EvaxError } from "../../../web/base/errors.js";
import { loadOn } from "../../../web/engine/load.js";
import { loadChunks } from "../../../web/model/chunks.js";
import { httpSource } from "../../../web/model/source.js";
import { openSource, readWasm } from "../../../web/model/source-node.js";
import { temporaryFolder, withCode } from "../../support/repository.js";
import { refuse, serveModel } from "../../support/server.js";
import { memorySource, tinyModel, tinyStream, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
let folders = 0;
/** The tiny model in a folder of its own. */
const inFolder = (model = tinyModel()) => writeModel(model, join(folder, `${folders++}`));

const never = new AbortController().signal;

test("a model loads from a path, a file: URL and an address, with or without a slash", async () => {
  const path = inFolder();
  const { url } = await serveModel(tinyModel());
  const file = pathToFileURL(path);
  for (const model of [path, `${path}/`, file, String(file), url, new URL(url), `${url}/`]) {
    const engine = await load({ model });
    assert.equal(engine.info.model, "tiny");
    assert.deepEqual(engine.info.labels, ["Finding 0", "Finding 1", "Finding 2"]);
  }
});

test("the query of an address goes with every request", async () => {
  const queries = [];
  const { url } = await serveModel(tinyModel(), (_file, _bytes, { req }) => {
    queries.push(new URL(req.url, "http://localhost").search);
    return false;
  });
  await load({ model: `${url}?key=1` });
  assert.ok(queries.length > 3 && queries.every((query) => query === "?key=1"));
});

/** What is done to the tiny model, and what must come of it.
 * @type {[string, (model: import("../../support/tiny.js").Model) => void, string, RegExp][]} */
const FAULTS = [
  ["missing", (m) => { m.files.delete("chunk-001.bin"); }, "CHUNK_MISSING", /chunk-001/],
  ["one byte short", ({ files }) => { files.set("chunk-001.bin", new Uint8Array(8191)); },
    "CHUNK_LENGTH", /chunk-001.bin has 8191, not 8192/],
  ["one byte long", ({ files }) => { files.set("chunk-001.bin", new Uint8Array(8193)); },
    "CHUNK_LENGTH", /more, not 8192/],
  ["flipped in one bit", ({ files }) => { files.get("chunk-002.bin")[77] ^= 1; }, "CHUNK_HASH",
    /chunk-002/],
  ["swapped with another", ({ files }) => {
    const [a, b] = [files.get("chunk-000.bin"), files.get("chunk-001.bin")];
    files.set("chunk-000.bin", b).set("chunk-001.bin", a);
  }, "CHUNK_HASH", /chunk-000/],
];
/* Together, because each waits between its tries. */
describe("faults of a chunk", { concurrency: true }, () => {
  for (const [what, spoil, code, detail] of FAULTS) {
    test(`a chunk that is ${what} is refused from a folder and from a server`, async () => {
      const model = tinyModel();
      spoil(model);
      await assert.rejects(load({ model: inFolder(model) }), withCode(code, detail));
      const { url } = await serveModel(model);
      await assert.rejects(load({ model: url }), withCode(code, detail));
    });
  }
});

test("nothing of a damaged chunk, nor of a later one, is fed", async () => {
  const model = tinyModel();
  model.files.get("chunk-001.bin")[0] ^= 1;
  const fed = [];
  const feed = (bytes) => fed.push(bytes.length);
  const loading = loadChunks(memorySource(model), model.manifest, feed, never, () => {});
  await assert.rejects(loading, withCode("CHUNK_HASH"));
  assert.deepEqual(fed, [8192]);
});

test("the chunks are fed in order even when they arrive out of order", async () => {
  const model = tinyModel();
  const source = memorySource(model);
  const slow = { ...source, chunk: async (entry, request) => {
    const late = entry.file === "chunk-000.bin" ? 20 : 0;
    await new Promise((resolve) => setTimeout(resolve, late));
    return source.chunk(entry, request);
  } };
  const fed = [];
  await loadChunks(slow, model.manifest, (bytes) => fed.push(...bytes), never, () => {});
  assert.deepEqual(new Uint8Array(fed), tinyStream());
});

/** The package's loader on a platform of this test. @param {object} parts that differ from Node's */
const loadWith = (parts, options) => loadOn(/** @type {any} */ ({
  openSource, readWasm, maxThreads: () => ({ max: 1, note: "" }), dicom: null, ...parts,
}), options);

test("chunks are asked for while the engine's module is on its way", async () => {
  const source = memorySource(tinyModel());
  let answer = (_file) => {};
  const asked = new Promise((resolve) => { answer = resolve; });
  const model = { ...source, chunk: (entry, request) => {
    answer(entry.file);
    return source.chunk(entry, request);
  } };
  const patient = async (place, signal) => {
    await asked;
    return readWasm(place, signal);
  };
  const engine = await loadWith({ readWasm: patient }, { model });
  assert.equal(engine.info.model, "tiny");
});

test("a module that cannot be had ends the requests for chunks, a chunk that cannot the engine's making", async () => {
  const source = memorySource(tinyModel());
  const ended = [];
  const never = (signal, what) => new Promise((_, reject) => signal.addEventListener("abort", () => {
    ended.push(what);
    reject(signal.reason);
  }));
  const hanging = { ...source, chunk: (_, { signal }) => never(signal, "chunk") };
  const broken = async () => { throw new EvaxError("WASM_LOAD", "broken"); };
  await assert.rejects(loadWith({ readWasm: broken }, { model: hanging }), withCode("WASM_LOAD"));
  const missing = { ...source, chunk: () => Promise.reject(new EvaxError("CHUNK_MISSING", "gone")) };
  const stuck = (_, signal) => never(signal, "module");
  await assert.rejects(loadWith({ readWasm: stuck }, { model: missing }), withCode("CHUNK_MISSING"));
  assert.deepEqual([...new Set(ended)], ["chunk", "module"]);
});

test("a body is read the same whether it is written into memory or handed over in pieces, and never past its length", async (t) => {
  const { files, manifest } = tinyModel();
  const pieces = (bytes) => new ReadableStream({ start(controller) {
    for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.slice(at, at + 1000));
    controller.close();
  } });
  const [{ file, bytes: length }] = manifest.chunks;
  const chunk = files.get(file);
  const long = new Uint8Array([...chunk, 1, 2, 3]);
  const cases = /** @type {[BodyInit, Uint8Array][]} */ ([[chunk, chunk], [pieces(chunk), chunk], [long, long.subarray(0, length + 1)],
    [pieces(long), long.subarray(0, length + 1)], [chunk.subarray(0, 5), chunk.subarray(0, 5)],
    [pieces(chunk.subarray(0, 5)), chunk.subarray(0, 5)]]);
  for (const [body, expected] of cases) {
    t.mock.method(globalThis, "fetch", async () => new Response(body));
    const counts = [];
    const request = { signal: never, fresh: false, onBytes: (count) => counts.push(count) };
    const read = await httpSource(new URL("http://localhost/")).chunk(manifest.chunks[0], request);
    assert.deepEqual(read, new Uint8Array(expected));
    assert.equal(counts.at(-1), expected.length);
    t.mock.restoreAll();
  }
});

test("at most three chunks are under way at a time", async () => {
  const model = tinyModel();
  const source = memorySource(model);
  let now = 0;
  let most = 0;
  const counting = { ...source, chunk: async (entry, request) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    now--;
    return source.chunk(entry, request);
  } };
  await loadChunks(counting, model.manifest, () => {}, never, () => {});
  assert.equal(most, 3);
});

for (const [what, model, code = "MODEL_NOT_FOUND"] of /** @type {[string, () => string | Promise<string>, string?][]} */ ([
  ["an empty folder", () => temporaryFolder()],
  ["no folder", () => join(folder, "nowhere")],
  ["a file that is neither checkpoint nor model", () => join(inFolder(), "manifest.json"), "CHECKPOINT_FORMAT"],
  ["a server without one", async () => (await serveModel(tinyModel(),
    (_file, _bytes, response) => refuse(response, 404))).url],
])) {
  test(`${what} is not a model`, async () => {
    await assert.rejects(load({ model: await model() }), withCode(code));
  });
}

test("a server that answers every address with a page is told from a model", async () => {
  const { url } = await serveModel(tinyModel(), (_file, _bytes, response) => {
    response.end("<!doctype html><title>Home</title>");
    return true;
  });
  await assert.rejects(load({ model: url }), withCode("MANIFEST_INVALID", /HTML page/));
});

test("a server that does not run is a network error after several tries", async () => {
  await assert.rejects(load({ model: "http://127.0.0.1:1/model" }), withCode("NETWORK"));
});

/** @type {[string, (response: import("node:http").ServerResponse, bytes: Uint8Array) => boolean][]} */
const FALTERING = [
  ["fails with status 503", (response) => refuse(response, 503)],
  ["drops the connection", (response) => { response.destroy(); return true; }],
  ["breaks off in the middle", (response, bytes) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 100), () => response.destroy());
    return true;
  }],
  ["sends half of it", (response, bytes) => { response.end(bytes.subarray(0, 100)); return true; }],
  ["sends other bytes", (response, bytes) => { response.end(bytes.slice().fill(7)); return true; }],
];
describe("servers that falter", { concurrency: true }, () => {
  for (const [what, spoil] of FALTERING) {
    test(`a server that ${what} once is asked again`, async () => {
      const { url, asked } = await serveModel(tinyModel(), (file, bytes, response, count) =>
        file === "chunk-001.bin" && count === 1 && spoil(response, bytes));
      await load({ model: url });
      assert.equal(asked.filter((file) => file === "chunk-001.bin").length, 2);
    });
  }
});

describe("a transfer that breaks for good", { concurrency: true }, () => {
  for (const broken of [...tinyModel().files.keys()]) {
    for (const kept of [0, 1, "half", "all but one byte"]) {
      test(`at ${broken}, after ${kept}, is an error, and only whole chunks are fed`, async () => {
        const { manifest, files } = tinyModel();
        const { url } = await serveModel({ manifest, files }, (file, bytes, response) => {
          if (file !== broken) return false;
          const end = typeof kept === "number" ? kept : kept === "half" ? bytes.length >> 1 : -1;
          response.writeHead(200, { "content-length": bytes.length });
          response.write(bytes.subarray(0, end), () => response.destroy());
          return true;
        });
        const fed = [];
        const source = { ...openSource(url), attempts: 1 };
        await assert.rejects(loadChunks(source, manifest, (bytes) => fed.push(...bytes), never,
          () => {}), withCode("NETWORK"));
        const whole = manifest.chunks.findIndex(({ file }) => file === broken);
        const verified = Buffer.concat([...files.values()].slice(0, whole));
        assert.ok(verified.subarray(0, fed.length).equals(Buffer.from(fed)));
        assert.equal(fed.length % 8192, 0);
      });
    }
  }
});

test("a chunk that a server does not have is asked for once", async () => {
  const { url, asked } = await serveModel(tinyModel(), (file, _bytes, response) =>
    file === "chunk-001.bin" && refuse(response, 404));
  await assert.rejects(load({ model: url }), withCode("CHUNK_MISSING", /404/));
  assert.equal(asked.filter((file) => file === "chunk-001.bin").length, 1);
});

test("an answer without end is cut off", async () => {
  const { url } = await serveModel(tinyModel(), (file, _bytes, response) => {
    if (file !== "chunk-000.bin") return false;
    const pour = () => { while (!response.destroyed && response.write(new Uint8Array(65536))); };
    response.on("drain", pour);
    pour();
    return true;
  });
  await assert.rejects(load({ model: url }), withCode("CHUNK_LENGTH", /more/));
});

test("progress goes through its phases and never falls", async () => {
  const seen = [];
  await load({ model: inFolder(), onProgress: (progress) => seen.push(progress) });
  const total = tinyStream().length;
  assert.deepEqual(seen[0], { phase: "manifest", loadedBytes: 0, totalBytes: 0 });
  assert.deepEqual(seen.at(-1), { phase: "ready", loadedBytes: total, totalBytes: total });
  assert.ok(seen.every(({ loadedBytes }, i) => i === 0 || loadedBytes >= seen[i - 1].loadedBytes));
  assert.ok(seen.length >= 6, "every chunk is reported");
});

test("an abort before, or at any report of progress, rejects with its reason", async () => {
  const model = inFolder();
  await assert.rejects(load({ model, signal: AbortSignal.abort() }), { name: "AbortError" });
  for (let report = 0; report < 7; report++) {
    const abort = new AbortController();
    let reports = 0;
    const onProgress = () => { if (reports++ === report) abort.abort(); };
    await assert.rejects(load({ model, signal: abort.signal, onProgress }), { name: "AbortError" });
  }
});

test("an abort ends requests that hang and waits between tries", { timeout: 120_000 }, async (t) => {
  const { setTimeout: later } = globalThis;
  const never = 2 ** 31 - 1;
  t.mock.method(globalThis, "setTimeout", (work, ms, ...rest) => later(work, ms < 100 ? ms : never, ...rest).unref());
  const hang = await serveModel(tinyModel(), (file) => file === "chunk-001.bin");
  const flaky = await serveModel(tinyModel(), (_file, _bytes, response) => refuse(response, 503));
  for (const { url } of [hang, flaky]) {
    await assert.rejects(load({ model: url, signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
  }
});

test("an exception of onProgress ends the loading and comes out", async () => {
  const onProgress = () => { throw new RangeError("mine"); };
  await assert.rejects(load({ model: inFolder(), onProgress }), RangeError);
});

test("a manifest that describes another model than the weights is refused", async () => {
  for (const change of [
    (m) => { m.architecture.pooling = "cls"; },
    (m) => { m.architecture.inner_norm = true; },
    (m) => { m.architecture.mlp_hidden = 16; },
    (m) => { m.scoring = "softmax"; },
    (m) => { m.labels.push("Finding 3"); m.architecture.classes = 4; },
  ]) {
    const model = tinyModel();
    change(model.manifest);
    await assert.rejects(load({ model: memorySource(model) }), withCode("MODEL_MISMATCH"));
  }
});

/** The tiny model around a changed stream, with hashes that agree. */
function withStream(change) {
  const stream = tinyStream();
  const result = change(stream, new DataView(stream.buffer)) ?? stream;
  return memorySource(tinyModel({ stream: result }));
}
for (const [what, code, change] of [
  ["another magic", "WEIGHTS_FORMAT", (s) => { s[0] = 0; }],
  ["a newer version", "WEIGHTS_VERSION", (_, v) => v.setUint32(4, 2, true)],
  ["an absurd width", "WEIGHTS_CONFIG", (_, v) => v.setUint32(12, 1 << 30, true)],
  ["a tensor of another name", "WEIGHTS_TENSOR", (s) => { s[64] ^= 1; }],
  ["a misplaced tensor", "WEIGHTS_TENSOR", (_, v) => v.setBigUint64(64 + 56, 64n, true)],
  ["a misshapen tensor", "WEIGHTS_TENSOR", (_, v) => v.setUint32(64 + 44, 9, true)],
  ["a weight that is no number", "WEIGHTS_VALUE", (s, v) => v.setFloat32(s.length - 4, NaN, true)],
  ["its end missing", "WEIGHTS_TRUNCATED", (s) => s.slice(0, -4)],
  ["bytes after its end", "WEIGHTS_TRAILING", (s) => new Uint8Array([...s, 0])],
]) {
  test(`a weight stream with ${what} is refused as ${code}`, async () => {
    await assert.rejects(load({ model: withStream(change) }), withCode(code));
  });
}

for (const [what, options] of /** @type {[string, any][]} */ ([
  ["nothing", undefined],
  ["no model", {}],
  ["an empty path", { model: "" }],
  ["a number as model", { model: 1 }],
  ["an unknown variant", { model: "x", variant: "avx" }],
  ["a signal that is none", { model: "x", signal: {} }],
  ["onProgress that is no function", { model: "x", onProgress: 1 }],
])) {
  test(`load() with ${what} is refused`, async () => {
    await assert.rejects(load(options), withCode("OPTION_INVALID"));
  });
}

test("without SHA-256 nothing is loaded", async (t) => {
  const real = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  t.after(() => Object.defineProperty(globalThis, "crypto", real));
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  await assert.rejects(load({ model: memorySource(tinyModel()) }), withCode("CRYPTO_UNAVAILABLE"));
});

test("a folder that changes after it was converted is noticed", async () => {
  const path = inFolder();
  truncateSync(join(path, "chunk-002.bin"), 10);
  await assert.rejects(load({ model: path }), withCode("CHUNK_LENGTH"));
  rmSync(join(path, "chunk-000.bin"));
  await assert.rejects(load({ model: path }), withCode("CHUNK_MISSING"));
  writeFileSync(join(path, "manifest.json"), "");
  await assert.rejects(load({ model: path }), withCode("MANIFEST_INVALID"));
});
