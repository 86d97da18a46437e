/* The converter: streams equal those of the Python converter that it replaced, byte for byte; the same bytes with any
 * number of threads; it can be canceled; what is wrong with a checkpoint is named. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { recognize } from "../../../web/convert/architecture.js";
import { openCheckpoint } from "../../../web/convert/checkpoint/checkpoint.js";
import { fetchConverter } from "../../../web/convert/convert-module.js";
import { encodeModel } from "../../../web/convert/encode-model.js";
import * as threadsNode from "../../../web/engine/threads-node.js";
import * as source from "../../../web/model/source-node.js";
import { at } from "../../support/repository.js";
import { refusedWith, sourceOf } from "./opened.js";

const platform = { ...source, ...threadsNode };
const { signal } = new AbortController();
const assets = await fetchConverter(platform, { threads: 3, signal });
const recipe = { mean: 0.49185243, std: 0.28509309 };

const HASHES = new Map(readFileSync(at("tests", "golden", "streams.txt"), "utf8").split("\n")
  .filter((line) => /^[0-9a-f]{64} /.test(line))
  .map((line) => /** @type {[string, string]} */ (line.split("  ").reverse())));

async function golden(file) {
  const bytes = readFileSync(at("tests", "golden", file));
  return recognize((await openCheckpoint([sourceOf(bytes, file)])).tensors);
}

/** Encodes to the end: { stream, facts, report }. */
async function encoded({ architecture, tensors }, options = {}) {
  const scoring = architecture.classes ? "sigmoid" : "none";
  const encoding = encodeModel({ assets, platform, architecture, tensors, scoring, recipe, threads: 1, dtype: "f32",
    ...options });
  const pieces = [];
  for await (const piece of encoding.stream) pieces.push(piece);
  return { stream: Buffer.concat(pieces), facts: await encoding.facts, report: encoding.report() };
}

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

const GOLDENS = { nano_s: "nano_s_ft.pth", nano_b: "nano_b_ft.pth", nano_s_mim: "nano_s_mim_fp16.pt",
  nano_b_mim: "nano_b_mim_fp16.pt" };

for (const [name, file] of Object.entries(GOLDENS)) {
  for (const dtype of ["f32", "f16"]) {
    test(`${name} in ${dtype} is what the Python converter made of it`, async () => {
      const { stream, facts } = await encoded(await golden(file), { dtype });
      assert.equal(stream.length, facts.streamBytes);
      assert.equal(hashOf(stream), HASHES.get(`${name}-${dtype}`));
    });
  }
}

/* Where the two RoPE tables lie, by the stream's own table. */
function withoutRope(stream) {
  const copy = Buffer.from(stream);
  for (const i of [4, 5]) {
    const [rows, cols, offset] = [44, 48, 56].map((at) => copy.readUInt32LE(64 + 64 * i + at));
    assert.match(copy.toString("latin1", 64 + 64 * i, 64 + 64 * i + 8), /rope\.(cos|sin)/);
    copy.fill(0, offset, offset + 4 * rows * cols);
  }
  return copy;
}

for (const dtype of ["f32", "f16"]) {
  test(`nano_s at 160 px in ${dtype} is what the Python converter made of it, but for the tables`, async () => {
    const { stream } = await encoded(await golden("nano_s_ft.pth"), { dtype, size: 160 });
    assert.equal(hashOf(withoutRope(stream)), HASHES.get(`nano_s_160-${dtype}`));
  });
}

test("facts say what the model computes and which tables it has", async () => {
  const { facts, report } = await encoded(await golden("nano_b_ft.pth"), { dtype: "f16" });
  assert.deepEqual(facts.notes, ["RoPE pitch 16, exact table"]);
  assert.equal(facts.architecture.rope_pitch, 16);
  assert.equal(facts.selfTest.tolerance, 0.02);
  assert.equal(facts.selfTest.logits.length, 14);
  // As the Python converter computed it, in numpy.
  [0.003679574, -1.007284, -1.373627, 0.4043014].forEach((logit, i) =>
    assert.ok(Math.abs(facts.selfTest.logits[i] - logit) < 2e-5));
  const w3 = report.find(({ group }) => group === "w3");
  assert.deepEqual(w3.shapes, [{ rows: 48, cols: 128, count: 2 }]);
  assert.ok(w3.relative > 1e-5 && w3.relative < 1e-3, `${w3.relative}`);
});

test("a feature extractor is known by its embedding", async () => {
  const { facts } = await encoded(await golden("nano_s_mim_fp16.pt"));
  assert.deepEqual(facts.selfTest.logits, []);
  assert.equal(facts.selfTest.embedding.length, 16);
});

test("at another size tables are made anew, the rest stays", async () => {
  const model = await golden("nano_s_ft.pth");
  const [own, other] = [await encoded(model), await encoded(model, { size: 160 })];
  assert.equal(other.facts.architecture.grid, 10);
  assert.deepEqual(other.facts.notes, ["RoPE pitch 14, exact table", "resized from 64 to 160 px"]);
  // From the second block's first tensor on, the streams are the same.
  const tail = own.stream.subarray(-100_000);
  assert.ok(tail.equals(other.stream.subarray(-100_000)));
  await refusedWith(encoded(model, { size: 100 }), "OPTION_INVALID", /size 100/);
});

for (const [name, file] of Object.entries(GOLDENS)) {
  test(`${name} in q8 has the same bytes with 1 and with 3 threads, and natively`, async (t) => {
    const model = await golden(file);
    const [one, three] = [await encoded(model, { dtype: "q8" }), await encoded(model, { dtype: "q8", threads: 3 })];
    assert.ok(one.stream.equals(three.stream));
    assert.deepEqual(one.facts, three.facts);
    const folder = mkdtempSync(join(tmpdir(), "evax-convert-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const [f32, native] = ["f32", "q8"].map((file) => join(folder, file));
    writeFileSync(f32, (await encoded(model)).stream);
    execFileSync(at("build", "plain", "convert_tool"), [f32, at("web", "convert", "calibration", "films.bin"), native]);
    assert.ok(one.stream.equals(readFileSync(native)));
  });
}

test("progress rises to the end, and a signal ends the encoding", async () => {
  const model = await golden("nano_s_ft.pth");
  const seen = [];
  await encoded(model, { dtype: "q8", onProgress: (progress) => seen.push(progress) });
  const calibrated = seen.filter(({ phase }) => phase === "calibrate").map(({ done, of }) => done / of);
  assert.ok(calibrated.length > 20 && calibrated.every((share, i) => i === 0 || share >= calibrated[i - 1]));
  assert.equal(calibrated.at(-1), 1);
  assert.equal(seen.at(-1).done, seen.at(-1).of);
  const abort = new AbortController();
  let after = 0;
  const onProgress = () => {
    after += abort.signal.aborted ? 1 : 0;
    abort.abort(new Error("enough"));
  };
  await assert.rejects(encoded(model, { dtype: "q8", signal: abort.signal, onProgress }), /enough/);
  assert.equal(after, 0);
});

test("a thread that is lost in the middle of its work costs time, not the model", async () => {
  const model = await golden("nano_b_ft.pth");
  const whole = await encoded(model, { dtype: "q8" });
  // Without a stack the first job is the end of it.
  const startThread = (start) => threadsNode.startThread({ ...start, stack: 0 });
  const { stream, facts, report } = await encoded(model, { dtype: "q8", threads: 2,
    platform: { ...platform, startThread } });
  assert.ok(stream.equals(whole.stream));
  assert.deepEqual([facts, report], [whole.facts, whole.report]);
});

/** The golden with one tensor changed. */
async function changed(file, name, change) {
  const { architecture, tensors } = await golden(file);
  const tensor = tensors.get(name);
  const read = async () => {
    const bytes = await tensor.read();
    change(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return bytes;
  };
  return { architecture, tensors: new Map([...tensors, [name, { ...tensor, read }]]) };
}

test("a number that is not finite is named with its tensor and place", async () => {
  const model = await changed("nano_s_ft.pth", "blocks.1.mlp.w3.weight", (view) => {
    view.setFloat32(4 * (3 * 128 + 5), NaN, true);
    view.setFloat32(4 * (3 * 128 + 6), Infinity, true);
  });
  await refusedWith(encoded(model), "CHECKPOINT_VALUE",
    /blocks\.1\.mlp\.w3\.weight has 2 values that are not finite numbers, the first at \[3, 5\]/);
});

test("numbers too large for f16, and for the network, are named", async () => {
  const large = await changed("nano_s_ft.pth", "blocks.0.attn.proj.weight", (view) => view.setFloat32(40, 70000, true));
  await refusedWith(encoded(large, { dtype: "f16" }), "CHECKPOINT_VALUE", /blocks\.0\.proj\.weight is too large for f16/);
  const huge = await changed("nano_s_ft.pth", "blocks.1.attn.proj.weight", (view) => view.setFloat32(40, 3e38, true));
  await refusedWith(encoded(huge), "CHECKPOINT_VALUE", /blocks\.1 computes numbers that are too large/);
});

test("a RoPE table that turns the two channels of a pair apart is refused", async () => {
  const model = await changed("nano_s_ft.pth", "rope.freqs_cos", (view) => view.setFloat32(4 * 20, 0.3, true));
  await refusedWith(encoded(model), "CHECKPOINT_TENSORS", /different angles/);
});

test("a tensor of the wrong length is refused", async () => {
  const { architecture, tensors } = await golden("nano_s_ft.pth");
  const short = { ...tensors.get("cls_token"), read: async () => new Uint8Array(8) };
  await refusedWith(encoded({ architecture, tensors: new Map([...tensors, ["cls_token", short]]) }),
    "CHECKPOINT_DAMAGED", /cls_token has 8 bytes, not 192/);
});

test("a module that is not the converter's is refused by what it lacks", async () => {
  const engine = await WebAssembly.compile(readFileSync(at("web", "wasm", "evax-simd128.wasm")));
  await refusedWith(encoded(await golden("nano_s_ft.pth"), { assets: { ...assets, single: engine, shared: null } }),
    "WASM_LOAD", /does not export evax_converter_create/);
});
