/* convert() and load() of files: the model is the one that the Python converter made, whatever the file is
 * given as, and what cannot be converted is refused before anything is made. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { convert, load } from "../../../web/evax-node.js";
import { CHUNK_BYTES, writeChunks } from "../../../web/convert/chunk-writer.js";
import { readManifest, verifyChecksum } from "../../../web/model/manifest.js";
import { at, temporaryFolder } from "../../support/repository.js";
import { drawnNumbers } from "./drawn.js";
import { refusedWith } from "./opened.js";
import { Written, safetensors, torchLegacy, torchZip } from "./written.js";

const golden = (file) => at("tests", "golden", file);
const NANO_S = golden("nano_s_ft.pth");
const folder = temporaryFolder();
const { rows: PYTHON } = JSON.parse(readFileSync(golden("manifests.json"), "utf8"));

const close = (a, b) => {
  assert.equal(a.length, b.length);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-5, `${value} ${b[i]}`));
};

for (const { file, options, manifest: { self_test: test_, ...expected } } of PYTHON) {
  test(`the manifest of ${file} with ${Object.entries(options).map(([k, v]) => `${k} ${v}`)} is Python's`, async () => {
    const model = await convert(golden(file), { ...options, threads: 1 });
    const { converter, checksum, self_test: found, ...rest } = model.facts;
    /* At another size Python's tables had numpy's cosines, which depend on the processor. */
    if (options.size) for (const side of [rest, expected]) side.chunks = side.chunks.map(({ bytes }) => bytes);
    assert.deepEqual(rest, expected);
    assert.deepEqual(Object.keys(rest).filter((k) => k in expected), Object.keys(expected));
    close(found.logits, test_.logits);
    close(found.embedding ?? [], test_.embedding ?? []);
    assert.equal(found.tolerance, test_.tolerance);
    const bytes = await model.manifest();
    await verifyChecksum(bytes, readManifest(bytes));
    assert.match(converter, /^eva-x-web \d/);
    assert.match(checksum, /^[0-9a-f]{64}$/);
  });
}

test("a path, a file URL, a File, a Blob and another window's bytes give the same model, with any number of threads", async () => {
  const bytes = readFileSync(NANO_S);
  const named = { type: "", lastModified: 0 };
  const hashes = await Promise.all([
    convert(NANO_S), convert(pathToFileURL(NANO_S)), convert(new File([bytes], "nano_s_ft.pth", named)),
    convert(NANO_S, { threads: 1 }), convert(NANO_S, { threads: 3 }), convert([NANO_S]),
  ].map(async (model) => (await model).hash));
  assert.equal(new Set(hashes).size, 1);
  const unnamed = await Promise.all([convert(new Blob([bytes])), convert(runInNewContext("Uint8Array.from(bytes)", { bytes }))]);
  for (const model of unnamed) {
    assert.equal(model.facts.source.checkpoint, "checkpoint");
    assert.deepEqual(model.facts.chunks, (await convert(NANO_S)).facts.chunks);
  }
});

test("an address gives the same model; its last part, whatever it is, names the checkpoint", async (t) => {
  const server = createServer((request, response) =>
    (request.url.startsWith("/gone") ? response.writeHead(404).end() : response.end(readFileSync(NANO_S))));
  await new Promise((resolve) => { server.listen(0, "localhost", () => resolve(null)); });
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const address = (path) => `http://localhost:${port}${path}`;
  const { chunks } = (await convert(NANO_S, { dtype: "f32" })).facts;
  for (const [path, name] of [["/models/my%20model.pth?download=true", "my model.pth"], ["/%E9t%E9.pth", "%E9t%E9.pth"],
    ["/", "checkpoint"]]) {
    const { facts } = await convert(address(path), { dtype: "f32" });
    assert.deepEqual([facts.source.checkpoint, facts.chunks], [name, chunks]);
  }
  await refusedWith(convert(address("/gone.pth")), "INPUT_UNREADABLE", /HTTP 404/);
});

const tree = (numbers) =>
  Object.fromEntries([...numbers].map(([name, { shape, values }]) => [name, new Written(values, shape)]));

/** The same numbers in a safetensors file. */
function inSafetensors(numbers) {
  let end = 0;
  const header = {};
  for (const [name, { shape, values }] of numbers) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  return safetensors(header, Buffer.concat([...numbers.values()].map(({ values }) => Buffer.from(values.buffer))));
}

test("torch's two formats and safetensors give the same weights", async () => {
  const numbers = await drawnNumbers();
  const files = [torchZip(tree(numbers)), torchLegacy(tree(numbers)), inSafetensors(numbers)];
  const [zip, ...others] = await Promise.all(files.map((bytes) => convert(new Uint8Array(bytes), { dtype: "f32" })));
  for (const { facts } of others) assert.deepEqual(facts.chunks, zip.facts.chunks);
  assert.match(zip.warnings[0], /no known formula/);
});

test("a checkpoint in parts is known by the SHA-256 of all files given, in the order of their names", async () => {
  const numbers = [...await drawnNumbers()];
  const names = ["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors", "m.safetensors.index.json"];
  const halves = [numbers.slice(0, 20), numbers.slice(20)];
  const map = Object.fromEntries(halves.flatMap((half, i) => half.map(([name]) => [name, names[i]])));
  const contents = [...halves.map((half) => inSafetensors(new Map(half))), Buffer.from(JSON.stringify({ weight_map: map }))];
  const files = contents.map((bytes, i) => new File([bytes], names[i]));
  for (const given of [files, files.slice(0, 2)]) {
    const { facts: { source } } = await convert(given.toReversed(), { dtype: "f32" });
    const joined = Buffer.concat(contents.slice(0, given.length));
    assert.equal(source.sha256, createHash("sha256").update(joined).digest("hex"));
    assert.equal(source.checkpoint, names[0]);
  }
});

test("load() takes a converted model, its one file, a checkpoint, and several of them", async () => {
  const model = await convert(NANO_S, { dtype: "f32" });
  const pixels = new Float32Array(3 * 64 * 64).map((_, i) => Math.sin(i));
  const logits = async (options) => {
    const engine = await load({ variant: "simd128", ...options });
    const { logits: found } = await engine.infer(pixels);
    engine.dispose();
    return [found, engine.info.modelHash];
  };
  const expected = await logits({ model });
  assert.equal(expected[1], model.hash);
  const zip = await model.toFile();
  const path = join(folder, "model.zip");
  writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
  const how = { convert: { dtype: "f32" } };
  for (const options of [{ model: zip }, { model: path }, { model: pathToFileURL(path), integrity: model.hash },
    { model: NANO_S, ...how }, { model: [NANO_S], ...how }, { model: new File([readFileSync(NANO_S)], "nano_s_ft.pth"), ...how }]) {
    assert.deepEqual(await logits(options), expected);
  }
  await refusedWith(load({ model: path, integrity: "0".repeat(64) }), "MODEL_INTEGRITY");
});

test("a model in one file that was damaged is refused", async () => {
  const bytes = new Uint8Array(await (await (await convert(NANO_S)).toFile()).arrayBuffer());
  bytes[1000] ^= 1;
  await refusedWith(load({ model: bytes }), "CHECKPOINT_DAMAGED", /chunk-000\.bin is not what was written/);
});

test("labels and scoring are asked for where the head is none of the published ones", async () => {
  const sevenOutputs = new Uint8Array(torchZip(tree(await drawnNumbers({ classes: 7 }))));
  const seven = (options) => convert(sevenOutputs, options);
  await refusedWith(seven({}), "LABELS_NEEDED", /7 outputs/);
  const labels = ["a", "b", "c", "d", "e", "f", "g"];
  const model = await seven({ labels, scoring: "sigmoid", dtype: "f32" });
  assert.deepEqual([model.facts.labels, model.facts.scoring], [labels, "sigmoid"]);
  const card = { labels, scoring: "softmax", name: "Seven" };
  assert.equal((await seven({ card, dtype: "f32" })).facts.name, "Seven");
  assert.equal((await seven({ card: Buffer.from(JSON.stringify(card)), dtype: "f32" })).facts.scoring, "softmax");
  await refusedWith(seven({ labels: ["a"], scoring: "sigmoid" }), "CARD_INVALID", /1 labels, the head 7/);
});

test("whoever can be asked for labels is asked until the answer will do", async () => {
  const sevenOutputs = new Uint8Array(torchZip(tree(await drawnNumbers({ classes: 7 }))));
  const labels = ["a", "b", "c", "d", "e", "f", "g"];
  /** @type {(Uint8Array | import("../../../web/convert/card.js").Card)[]} */
  const answers = [{ labels: ["a"], scoring: "sigmoid" }, Buffer.from("{"), { labels, scoring: "softmax" }];
  const asked = [];
  const askCard = async (question) => {
    asked.push(question);
    return answers[asked.length - 1];
  };
  const model = await convert(sevenOutputs, { askCard, dtype: "f32", card: { name: "Seven" } });
  assert.deepEqual([model.facts.labels, model.facts.scoring, model.facts.name], [labels, "softmax", "Seven"]);
  assert.deepEqual(asked.map(({ classes }) => classes), [7, 7, 7]);
  [/^$/, /1 labels, the head 7/, /not JSON/].forEach((message, i) => assert.match(asked[i].problem, message));
  await refusedWith(convert(sevenOutputs, { askCard, card: { labels: ["a"], scoring: "sigmoid" } }), "CARD_INVALID", /1 labels/);
  await refusedWith(convert(sevenOutputs, { askCard: /** @type {any} */ (5) }), "OPTION_INVALID", /askCard/);
  assert.equal(asked.length, 3, "a card that is wrong from the start is not asked about");
});

test("bad cards are refused by member, before anything is read", async () => {
  const labels = Array.from({ length: 14 }, (_, i) => `l${i}`);
  for (const [card, message] of /** @type {[any, RegExp][]} */ ([
    [{ licens: "x" }, /unknown members: licens/], [{ name: 3 }, /name/], [{ name: "" }, /name/], [{ labels }, /together/],
    [{ labels: [...labels.slice(1), "l1"], scoring: "sigmoid" }, /l1 again/], [{ labels, scoring: "max" }, /neither/],
    [{ labels: "ab", scoring: "sigmoid" }, /not a list/], [{ findings: [] }, /not an object/],
    [{ findings: { x: {} } }, /about "x", which is not an output/], [{ findings: { Mass: 5 } }, /not an object/],
    [{ findings: { Mass: { threshold: 1.5 } } }, /threshold must be a number in 0\.\.1/],
    [{ findings: { Mass: { auc: "high" } } }, /auc/], [{ findings: { Mass: { auc_ci95: [0.9, 0.1] } } }, /auc_ci95/],
    [{ findings: { Mass: { n: 5, positives: 6 } } }, /positives/], [{ findings: { Mass: { evidence: "good" } } }, /evidence/],
    [{ findings: { Mass: { color: 1 } } }, /no such fact/], [{ guard: { distance: {}, probes: [] } }, /guard/],
    [{ notice: "" }, /notice/], [{ name: "a\u0007" }, /name/],
    [Buffer.from('{"name":"a","name":"b"}'), /twice/], [Buffer.from([255]), /not JSON/], [Buffer.from("[".repeat(1e5)), /not JSON/],
    [Buffer.alloc(2 << 20, " "), /million/], [Buffer.from("[1]"), /not an object/],
  ])) await refusedWith(convert(NANO_S, { card }), "CARD_INVALID", message);
});

test("options that are not what they must be are refused", async () => {
  for (const options of /** @type {any[]} */ ([{ dtype: "q4" }, { size: 1.5 }, { size: 100 }, { labels: ["a"] },
    { scoring: "sigmoid" }, { card: "x" }, { signal: 1 }, { onProgress: 1 }])) {
    await refusedWith(convert(NANO_S, options), "OPTION_INVALID");
  }
  await refusedWith(convert(/** @type {any} */ (5)), "OPTION_INVALID", /checkpoint must be/);
  await refusedWith(convert(join(folder, "none.pth")), "INPUT_UNREADABLE", /ENOENT/);
});

test("progress rises in each phase to its end", async () => {
  const seen = [];
  await convert(NANO_S, { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ["read", "calibrate", "write"]);
  for (const phase of ["read", "calibrate", "write"]) {
    const shares = seen.filter((progress) => progress.phase === phase).map(({ done, of }) => done / of);
    assert.deepEqual(shares, [...shares].sort((a, b) => a - b), phase);
    assert.equal(shares.at(-1), 1, phase);
  }
});

test("an abort ends a conversion with its reason, in every phase", async () => {
  await assert.rejects(convert(NANO_S, { signal: AbortSignal.abort() }), { name: "AbortError" });
  for (const phase of ["read", "calibrate", "write"]) {
    const abort = new AbortController();
    const onProgress = (progress) => { if (progress.phase === phase) abort.abort(); };
    await assert.rejects(convert(NANO_S, { signal: abort.signal, onProgress }), { name: "AbortError" }, phase);
  }
});

test("a weight that is not finite is named, and nothing is made", async () => {
  const numbers = await drawnNumbers();
  numbers.get("blocks.1.mlp.w3.bias").values[7] = NaN;
  await refusedWith(convert(new Uint8Array(torchZip(tree(numbers))), { dtype: "f32" }), "CHECKPOINT_VALUE",
    /blocks\.1\.mlp\.w3\.bias has 1 values .* \[7\]/);
});

test("chunks are cut at two mebibytes, wherever the pieces end", async () => {
  const total = 2 * CHUNK_BYTES + 10;
  async function* pieces() {
    for (let at = 0; at < total;) {
      const length = Math.min(total - at, at % 3 ? 100_003 : 3 * CHUNK_BYTES);
      yield new Uint8Array(length).fill(7);
      at += length;
    }
  }
  const kept = [];
  const entries = await writeChunks(pieces(), (file, bytes) => void kept.push([file, bytes.length]));
  assert.deepEqual(kept, [["chunk-000.bin", CHUNK_BYTES], ["chunk-001.bin", CHUNK_BYTES], ["chunk-002.bin", 10]]);
  assert.deepEqual(entries.map(({ bytes }) => bytes), [CHUNK_BYTES, CHUNK_BYTES, 10]);
  assert.equal(CHUNK_BYTES, 2 << 20);
});

test("a name of a file that could control a terminal is made safe in the manifest", async () => {
  const model = await convert(new File([readFileSync(NANO_S)], "a\u001b[2J.pth"), { dtype: "f32" });
  assert.equal(model.facts.source.checkpoint, "a?[2J.pth");
});
