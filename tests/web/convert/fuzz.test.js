/* Property of the converter's readers: any bytes give the tensors of a model, or an EvaxError of the
 * closed set, soon, with no more read than a few times what there is. Fixed seeds; more, and new ones,
 * for FUZZ_SECONDS. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { EvaxError } from "../../../web/evax-node.js";
import { recognize } from "../../../web/convert/architecture.js";
import { openCheckpoint } from "../../../web/convert/checkpoint/checkpoint.js";
import { processorMs } from "../../support/processor-time.js";
import { at } from "../../support/repository.js";
import { sourceOf } from "./opened.js";
import { dice, floats, pickle, safetensors, torchFiles, torchLegacy, torchZip, zip } from "./written.js";

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const LONGEST_MS = 10_000;
const MOST_READ = 12; // times the size of the file

const TREE = { model: { cls_token: floats([1, 2, 3, 4], [1, 1, 4]), "a.b": floats([1, 2, 3, 4, 5, 6], [3, 2], { strides: [1, 3] }) }, epoch: 3 };
const ENTRY = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
const folder = at("tests", "web", "convert", "files");
const SEEDS = [
  torchZip(TREE), torchLegacy(TREE), zip(torchFiles(TREE), { zip64: true }), safetensors({ a: ENTRY }, Buffer.alloc(8)),
  ...readdirSync(folder).filter((name) => /\.pth?$/.test(name)).sort().map((name) => readFileSync(`${folder}/${name}`)),
];

const SPLICES = ["PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "PK\x03\x04", "\"shape\":[-1]", "[[", "q\x01", "h\x01", "\x85", "R",
  "cos\nsystem\n", "ctorch._utils\n_rebuild_tensor_v2\n", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", "(", "t", "Q"]
  .map((text) => Buffer.from(text, "latin1"));
const ODD = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/** The bytes after a few changes: bits, bytes, pieces cut, doubled or put in. */
function mutated(bytes, roll) {
  let out = Buffer.from(bytes);
  for (let i = [1, 1, 2, 4, 12][roll(5)]; i > 0 && out.length > 1; i--) {
    const place = roll(out.length), end = Math.min(out.length, place + 1 + roll(64));
    const [head, piece, tail] = [out.subarray(0, place), out.subarray(place, end), out.subarray(end)];
    switch (roll(7)) {
      case 0: out[place] ^= 1 << roll(8); break;
      case 1: out[place] = ODD[roll(ODD.length)]; break;
      case 2: out = Buffer.concat([head, tail]); break;
      case 3: out = Buffer.concat([head, piece, piece, tail]); break;
      case 4: out = Buffer.concat([head, SPLICES[roll(SPLICES.length)], piece, tail]); break;
      case 5: out = Buffer.concat([head, SPLICES[roll(SPLICES.length)], tail]); break;
      default: if (place + 4 <= out.length) out.writeUInt32LE([0, 1, 0x7fffffff, 0xffffffff][roll(4)], place);
    }
  }
  return out;
}

/** A checkpoint whose pickle is broken and whose archive is sound, so that the pickle is reached. */
function brokenPickle(roll) {
  const [first, ...rest] = torchFiles(TREE);
  const bytes = mutated(first.bytes, roll);
  return zip([{ ...first, bytes }, ...rest]);
}

/** Opcodes in any order. */
function anyPickle(roll) {
  const words = ["(", "}", "]", ")", "N", "K\x01", "t", "u", "s", "e", "a", "q\x01", "h\x01", "\x85", "\x86", "\x87", "R", "Q", "0", "1", "2", "b",
    "\x94", "\x81", "\x92", "\x93", "X\x01\0\0\0a", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "ctorch._utils\n_rebuild_tensor_v2\n",
    "X\x07\0\0\0storage", "X\x01\0\0\x000", "\x8f", "\x90", "\x91", "d", "l"];
  const body = Array.from({ length: 1 + roll(60) }, () => words[roll(words.length)]).join("");
  const [, ...rest] = torchFiles(TREE);
  return zip([{ name: "archive/data.pkl", bytes: Buffer.from(`\x80\x02${body}.`, "latin1") }, ...rest]);
}

/** Opens, recognizes and reads everything, and counts what was read. */
async function readThrough(bytes) {
  const source = sourceOf(bytes);
  let read = 0;
  const counted = { ...source, read: (place, length, signal) => { read += length; return source.read(place, length, signal); } };
  try {
    const { tensors } = await openCheckpoint([counted]);
    for (const tensor of [...tensors.values()].slice(0, 50)) await tensor.read();
    await recognize(tensors);
  } finally {
    assert.ok(read <= MOST_READ * bytes.length + 70_000, `${read} bytes were read of ${bytes.length}`);
  }
}

async function search(make, cases) {
  const first = SECONDS ? Date.now() : 1, end = Date.now() + 1000 * SECONDS;
  let [done, named] = [0, new Set()];
  for (; SECONDS ? Date.now() < end : done < cases; done++) {
    const start = processorMs();
    try {
      await readThrough(make(dice(first + done)));
    } catch (error) {
      assert.ok(error instanceof EvaxError, `seed ${first + done}: ${error?.stack}`);
      assert.ok(error.hint && error.message.length < 2500, `seed ${first + done}: ${error.message}`);
      named.add(error.code);
    }
    assert.ok(processorMs() - start < LONGEST_MS, `seed ${first + done}: too slow`);
  }
  if (SECONDS) console.log(`executions: ${done}`);
  return named;
}

test("any file is a checkpoint or an EvaxError, soon", async () => {
  const codes = await search((roll) => mutated(SEEDS[roll(SEEDS.length)], roll), 1500);
  for (const code of ["CHECKPOINT_DAMAGED", "CHECKPOINT_MODEL", "CHECKPOINT_FORMAT"]) assert.ok(codes.has(code), code);
});

test("any pickle in a sound archive is a checkpoint or an EvaxError, soon", async () => {
  const codes = await search((roll) => (roll(2) ? brokenPickle(roll) : anyPickle(roll)), 1500);
  for (const code of ["CHECKPOINT_DAMAGED", "CHECKPOINT_UNSAFE", "CHECKPOINT_UNSUPPORTED"]) assert.ok(codes.has(code), code);
});

test("any safetensors header is a checkpoint or an EvaxError, soon", async () => {
  const words = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"shape\"", "\"dtype\"", "\"F32\"", "\"data_offsets\"", "0", "8", "-1", "1e308", "\"__proto__\"", "null"];
  await search((roll) => safetensors(roll(2) ? mutated(Buffer.from(JSON.stringify({ a: ENTRY })), roll)
    : Array.from({ length: roll(30) }, () => words[roll(words.length)]).join(""), Buffer.alloc(8)), 1500);
});

test("a pickle that is only a number is refused", () =>
  assert.rejects(readThrough(zip([{ name: "a/data.pkl", bytes: pickle(1) }])), { code: "CHECKPOINT_UNSUPPORTED" }));
