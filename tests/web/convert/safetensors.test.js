/* The safetensors format: tensors are read, and a header that lies is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStrictJson } from "../../../web/base/strict-json.js";
import { asFloats, opened, readAll, refused } from "./opened.js";
import { safetensors } from "./written.js";

const DATA = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);
const entry = (changes) => ({ dtype: "F32", shape: [1, 1, 8], data_offsets: [0, 32], ...changes });

test("tensors are read, each from its place", async () => {
  const bytes = safetensors({
    __metadata__: { format: "pt" }, cls_token: entry(), x: { dtype: "F16", shape: [2], data_offsets: [32, 36] },
    none: { dtype: "F32", shape: [0, 4], data_offsets: [36, 36] },
  }, Buffer.concat([DATA, Buffer.from([0, 0x3c, 0, 0x40])]));
  const { tensors, layout } = await opened(bytes);
  assert.equal(layout, "safetensors");
  assert.deepEqual([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape]),
    [["cls_token", "f32", [1, 1, 8]], ["x", "f16", [2]], ["none", "f32", [0, 4]]]);
  const read = await readAll(bytes);
  assert.deepEqual(asFloats(read.get("cls_token")), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([...read.get("x")], [0, 0x3c, 0, 0x40]);
  assert.equal(read.get("none").length, 0);
});

test("headers that contradict themselves, the file or JSON are refused", async () => {
  for (const [header, message] of [
    [{ a: entry({ data_offsets: [0, 31] }) }, /contradicts/], [{ a: entry({ data_offsets: [4, 36] }) }, /does not start/],
    [{ a: entry({ shape: [-1, -1, 8] }) }, /contradicts/], [{ a: entry({ shape: [0.5, 16] }) }, /contradicts/],
    [{ a: entry({ dtype: "F33" }) }, /contradicts/], [{ a: entry({ dtype: ["F32"] }) }, /contradicts/],
    [{ a: entry({ dtype: "constructor" }) }, /contradicts/], [{ a: entry({ data_offsets: [0] }) }, /contradicts/],
    [{ a: entry({ shape: [2 ** 53, 2 ** 53] }) }, /contradicts/], [{ a: 5 }, /contradicts/], [{ a: null }, /contradicts/],
    [{}, /describes 0 bytes/],
    ['{"a":1,"a":1}', /appears twice/], ['{"a":{"b":[{"c":1,"\\u0063":2}]}}', /appears twice/],
    [Buffer.from('{"a\xff":1}', "latin1"), /not JSON/], [`{"a":${"[".repeat(99999)}`, /not JSON/], ["{", /not JSON/],
  ]) await refused(safetensors(header, DATA), "CHECKPOINT_DAMAGED", message);
});

test("overlapping tensors are refused", () =>
  refused(safetensors({ a: entry(), b: entry() }, DATA), "CHECKPOINT_DAMAGED", /b does not start/));

test("truncated and lengthened files are refused", async () => {
  const whole = safetensors({ a: entry() }, DATA);
  for (let length = 9; length < whole.length; length++) {
    await refused(whole.subarray(0, length), "CHECKPOINT_DAMAGED", /claims|describes/);
  }
  await refused(Buffer.concat([whole, Buffer.alloc(1)]), "CHECKPOINT_DAMAGED", /describes 32 bytes, but the file has 33/);
});

test("a header longer than the file, or than any needs, is refused unread", () =>
  refused(Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 0, 0, 0]), Buffer.from("{}")]), "CHECKPOINT_DAMAGED", /claims/));

test("a member twice is found at every depth; the same name in two objects is fine", () => {
  const parse = (text) => parseStrictJson(Buffer.from(text));
  assert.deepEqual(parse('{"a":{"a":[{"a":1},{"a":"x:{\\"a\\":"}]},"b":"\\\\"}'), { a: { a: [{ a: 1 }, { a: 'x:{"a":' }] }, b: "\\" });
  for (const text of ['{"a":1,"a":1}', '[{"a":1,"b":{},"a":2}]', '{"\\u0061":1,"a":2}', '{"a":"}","a":1}']) {
    assert.throws(() => parse(text), SyntaxError, text);
  }
  assert.deepEqual(Object.keys(/** @type {any} */ (parse('{"__proto__":1}'))), ["__proto__"]);
});
