/* Checkpoints of every format that torch writes, and of several files: what is in them comes out, and
 * where the weights were is said. The files are torch's own (make.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openCheckpoint } from "../../../web/convert/checkpoint/checkpoint.js";
import { smallValues } from "../../../web/convert/checkpoint/tensor.js";
import { at } from "../../support/repository.js";
import { asFloats, opened, readAll, refused, refusedWith, sourceOf } from "./opened.js";
import { Written, floats, safetensors, torchLegacy, torchZip } from "./written.js";

const file = (name) => readFileSync(at("tests", "web", "convert", "files", name));
const EXPECTED = JSON.parse(file("expected.json").toString());

async function checkValues(name, type, plus = 0) {
  const { tensors } = await opened(file(name));
  assert.deepEqual([...tensors.keys()], Object.keys(EXPECTED[type]), name);
  for (const [key, tensor] of tensors) {
    const { shape, values } = EXPECTED[type][key];
    assert.deepEqual(tensor.shape, shape, `${name}: ${key}`);
    assert.deepEqual([...await smallValues(tensor, key)], values.map((v) => Math.fround(v + plus)), `${name}: ${key}`);
  }
}

test("both formats of torch are read in pickle protocols 2 to 5, through every kind of view", async () => {
  for (const format of ["zip", "legacy"]) {
    for (const protocol of [2, 3, 4, 5]) await checkValues(`${format}-p${protocol}.pth`, "float32");
  }
});

test("every floating-point type is read", async () => {
  for (const format of ["zip", "legacy"]) {
    await checkValues(`${format}-f64.pth`, "float64");
    await checkValues(`${format}-f16.pth`, "float16");
    await checkValues(`${format}-bf16.pth`, "bfloat16");
  }
});

test("parameters, and what trainers leave beside the weights, do not hinder", async () => {
  for (const name of ["parameters.pth", "training.pth", "training-legacy.pth"]) await checkValues(name, "float32");
});

test("which weights were taken is said, and that a moving average is there", async () => {
  const { layout, notes } = await opened(file("ema.pth"));
  assert.equal(layout, "torch zip, in 'model'");
  assert.deepEqual(notes, ["the weights are those under 'model'",
    "a moving average of them is under 'model_ema' (--ema takes that)"]);
  const average = await opened(file("ema.pth"), { ema: true });
  assert.equal(average.layout, "torch zip, in 'model_ema'");
  const [plain, moved] = await Promise.all([opened(file("ema.pth")), Promise.resolve(average)]);
  const first = async ({ tensors }) => (await smallValues(tensors.get("cls_token"), ""))[0];
  assert.ok(Math.abs(await first(moved) - await first(plain) - 1) < 1e-6);
});

test("nested wrappers and prefixes are removed", async () => {
  const { layout, tensors, notes } = await opened(file("nested.pth"));
  assert.equal(layout, "torch zip, in 'teacher.module', prefix '_orig_mod.backbone.'");
  assert.match(notes[0], /a moving average/);
  assert.deepEqual([...tensors.keys()], Object.keys(EXPECTED.float32));
  for (const wrapper of ["model", "module", "state_dict", "model_ema", "ema", "teacher", ""]) {
    for (const prefix of ["", "module.", "_orig_mod.", "model.", "backbone.", "encoder.", "visual.trunk."]) {
      const state = { [`${prefix}cls_token`]: floats([1]), [`${prefix}x`]: floats([2]) };
      const read = await readAll(torchZip(wrapper ? { [wrapper]: state, epoch: 3 } : state));
      assert.deepEqual([...read.keys()], ["cls_token", "x"], `${wrapper} ${prefix}`);
    }
  }
});

test("a prefix that only some tensors have stays", async () => {
  const read = await readAll(torchZip({ "model.cls_token": floats([1]), "scale": floats([2]) }));
  assert.deepEqual([...read.keys()], ["model.cls_token", "scale"]);
});

test("a wrapper without tensors is passed over", async () => {
  const tree = { model: { type: "EVA" }, state_dict: { cls_token: floats([1]) } };
  assert.equal((await opened(torchZip(tree))).layout, "torch zip, in 'state_dict'");
});

test("what holds no state dict is refused for what it is", async () => {
  for (const [name, code, message] of [
    ["optimizer.pth", "CHECKPOINT_TENSORS", /state of an optimizer/],
    ["module.pth", "CHECKPOINT_UNSUPPORTED", /an object of Python, "torch\.nn\.modules\.linear Linear"/],
    ["list.pth", "CHECKPOINT_UNSUPPORTED", /it holds a list/],
    ["script.pt", "CHECKPOINT_UNSUPPORTED", /a TorchScript archive/],
  ]) await refused(file(name), code, message);
  await refused(torchZip({ a: 1 }), "CHECKPOINT_TENSORS", /only a/);
  await refused(torchZip({ cls_token: floats([1]), x: 3 }), "CHECKPOINT_TENSORS", /x is something else/);
  await refused(torchZip(floats([1])), "CHECKPOINT_UNSUPPORTED", /one tensor/);
  await refusedWith(opened(torchZip({ model: { a: floats([1]) } }), { ema: true }), "CHECKPOINT_TENSORS", /no moving average/);
  await refused(torchZip({ ["n".repeat(300)]: floats([1]) }), "CHECKPOINT_TENSORS", /300 characters/);
});

test("views that leave their storage are refused, in both formats", async () => {
  for (const write of [torchZip, torchLegacy]) {
    const tree = (shape, more) => write({ a: floats([1]), bad: floats(Array(12).fill(0), shape, more) });
    for (const [shape, more] of [[[13], { strides: [1] }], [[3, 5], { strides: [5, 1] }], [[12], { offset: 1 }],
      [[2 ** 40, 2], { strides: [2 ** 40, 1] }]]) {
      await refused(tree(shape, more), "CHECKPOINT_DAMAGED", /needs .* numbers/);
    }
    for (const [shape, more] of [[[12], { offset: -1 }], [[12], { strides: [-1] }], [[-3], {}],
      [Array(9).fill(1), {}], [[3], { strides: [1, 1] }]]) {
      await refused(tree(shape, more), "CHECKPOINT_DAMAGED", /impossible shape/);
    }
  }
});

test("a tensor that repeats one number without end takes no memory", () =>
  refused(torchZip({ a: floats([1], [2 ** 20, 2 ** 20], { strides: [0, 0] }) }), "CHECKPOINT_TENSORS", /larger than any/));

test("storages that are not what the pickle promises are refused", async () => {
  await refused(torchZip({ a: floats([1, 2], [2], { count: 3 }) }), "CHECKPOINT_DAMAGED", /promises 3 f32/);
  await refused(torchZip({ a: floats([1], [1], { storage: "FancyStorage" }) }), "CHECKPOINT_UNSUPPORTED", /torch FancyStorage/);
});

test("a torch file of the older format with other keys, or cut short, is refused", async () => {
  const tree = { a: floats([1, 2]), b: floats([3]) };
  assert.deepEqual(asFloats((await readAll(torchLegacy(tree))).get("a")), [1, 2]);
  assert.deepEqual(asFloats((await readAll(torchLegacy(tree, { keys: ["0", "1"] }))).get("b")), [3]);
  await refused(torchLegacy(tree, { keys: ["0"] }), "CHECKPOINT_DAMAGED", /list of storages/);
  await refused(torchLegacy(tree, { keys: ["0", "0"] }), "CHECKPOINT_DAMAGED", /list of storages/);
  await refused(torchLegacy(tree, { keys: ["1", "0"] }), "CHECKPOINT_DAMAGED", /promises/);
  await refused(torchLegacy(tree, { magic: 5n }), "CHECKPOINT_FORMAT", /torch\.save did not write it/);
  await refused(torchLegacy(tree, { version: 1002 }), "CHECKPOINT_UNSUPPORTED", /version 1002/);
  const whole = torchLegacy(tree);
  for (let length = 1; length < whole.length; length += 3) {
    await assert.rejects(readAll(whole.subarray(0, length)), { name: "EvaxError" }, `${length}`);
  }
});

test("numbers that are not finite are named with their place", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const { tensors } = await opened(torchZip({ a: floats([0, 1, bad]) }));
    await refusedWith(smallValues(tensors.get("a"), "a"), "CHECKPOINT_VALUE", /a holds -?(NaN|Infinity) at place 2/);
  }
  const { tensors } = await opened(torchZip({ a: new Written(Float64Array.of(1e300), [1], { storage: "DoubleStorage" }) }));
  await refusedWith(smallValues(tensors.get("a"), "a"), "CHECKPOINT_VALUE", /Infinity/);
});

/* Checkpoints in several files. */

const PART = (name) => safetensors({ [name]: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, Buffer.alloc(4));
const parts = (n) => Array.from({ length: n }, (_, i) =>
  sourceOf(PART(`t${i + 1}`), `m-0000${i + 1}-of-0000${n}.safetensors`));
const index = (map) => sourceOf(Buffer.from(JSON.stringify({ metadata: {}, weight_map: map })), "m.safetensors.index.json");
const MAP = { t1: "m-00001-of-00002.safetensors", t2: "m-00002-of-00002.safetensors" };

test("a checkpoint in parts is one, with its index and without", async () => {
  for (const files of [parts(2), [...parts(2), index(MAP)], [index(MAP), ...parts(2).reverse()]]) {
    const { tensors, layout } = await openCheckpoint(files);
    assert.deepEqual([...tensors.keys()], ["t1", "t2"]);
    assert.equal(layout, `safetensors, ${files.length} files`);
  }
});

test("parts that are missing, too many or mixed up are named", async () => {
  const [one, two] = parts(2);
  for (const [files, message] of /** @type {[ReturnType<typeof sourceOf>[], RegExp][]} */ ([
    [[one], /m-00001-of-00002\.safetensors is part 1 of 2/],
    [[one, index(MAP)], /there is no m-00002-of-00002/],
    [[one, two, sourceOf(PART("x"), "x.safetensors")], /not the parts of one/],
    [[one, two, index({ ...MAP, t2: MAP.t1 })], /m-00002.* is no part/],
    [[one, two, index({ ...MAP, t3: MAP.t1 })], /no file has t3/],
    [[one, two, index({ t1: MAP.t2, t2: MAP.t1 })], /does not say that t1 is in/],
    [[index(MAP)], /index of a checkpoint in several files/],
    [[], /no file was given/],
  ])) await refusedWith(openCheckpoint(files), "CHECKPOINT_PARTS", message);
  await refusedWith(openCheckpoint([one, sourceOf(PART("t1"), two.name)]), "CHECKPOINT_TENSORS", /in two files/);
  await refusedWith(openCheckpoint([one, two, sourceOf(Buffer.from("{"), "m.index.json")]), "CHECKPOINT_DAMAGED", /not JSON/);
});
