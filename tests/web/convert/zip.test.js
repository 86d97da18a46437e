/* ZIP archives, honest and hostile: nothing is believed, and what is wrong is named. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../../web/base/crc32.js";
import { SLICE } from "../../../web/convert/checkpoint/byte-source.js";
import { Zip } from "../../../web/convert/checkpoint/zip.js";
import { asFloats, readAll, refused, sourceOf } from "./opened.js";
import { floats, pickle, torchFiles, torchZip, zip } from "./written.js";

const TREE = { model: { cls_token: floats([1, 2, 3]), x: floats([4]) } };
const files = (change) => torchFiles(TREE).map((file) => ({ ...file, ...change(file) }));

test("the CRC is that of ZIP, in one piece or several", () => {
  const bytes = Buffer.from("123456789");
  assert.equal(crc32(bytes), 0xcbf43926);
  assert.equal(crc32(bytes.subarray(2), crc32(bytes.subarray(0, 2))), 0xcbf43926);
});

test("ZIP64 archives and archives with a comment are read", async () => {
  for (const bytes of [zip(torchFiles(TREE), { zip64: true }), zip(torchFiles(TREE), { comment: "PK\x05\x06 no end" }),
    zip(torchFiles(TREE), { zip64: true, comment: "x".repeat(65535) })]) {
    assert.deepEqual(asFloats((await readAll(bytes)).get("cls_token")), [1, 2, 3]);
  }
});

test("a part of a file is read only after the whole of it was checked, in slices", async () => {
  const bytes = new Uint8Array(3 * SLICE + 5).map((_, i) => i * 7);
  const archive = zip([{ name: "a", bytes }]);
  const source = sourceOf(archive);
  let longest = 0;
  const watched = { ...source, read: (at, length) => { longest = Math.max(longest, length); return source.read(at, length); } };
  const member = (await Zip.open(watched)).member("a");
  assert.deepEqual(await member.read(SLICE, 9), bytes.slice(SLICE, SLICE + 9));
  assert.deepEqual(await member.read(), bytes);
  assert.ok(longest <= SLICE);
  archive[3 * SLICE] ^= 1;
  await assert.rejects((await Zip.open(sourceOf(archive))).member("a").read(0, 4), /a is not what was written: its CRC differs/);
  await assert.rejects((await Zip.open(sourceOf(archive))).member("a").read(), /CRC differs/);
});

test("every truncation is refused", async () => {
  const whole = torchZip(TREE);
  for (let length = 0; length < whole.length; length += 5) {
    await refused(whole.subarray(0, length), length < 4 ? (length ? "CHECKPOINT_FORMAT" : "CHECKPOINT_DAMAGED") : "CHECKPOINT_DAMAGED");
  }
});

test("a flipped bit anywhere in a weight or the pickle is noticed", async () => {
  const whole = torchZip(TREE);
  for (const part of [Buffer.from(Float32Array.of(1, 2, 3).buffer), torchFiles(TREE)[0].bytes]) {
    const start = whole.indexOf(part);
    for (const at of [start, start + 5, start + part.length - 1]) {
      const broken = Buffer.from(whole);
      broken[at] ^= 1;
      await refused(broken, "CHECKPOINT_DAMAGED", /CRC differs/);
    }
  }
});

test("encrypted and compressed files are refused by name", async () => {
  await refused(zip(files(() => ({ flags: 1 }))), "CHECKPOINT_UNSUPPORTED", /archive\/data\.pkl is encrypted/);
  await refused(zip(files(() => ({ flags: 0x40 }))), "CHECKPOINT_UNSUPPORTED", /is encrypted/);
  const packed = files(({ bytes }) => ({ bytes: deflateRawSync(bytes), size: bytes.length, crc: crc32(bytes), method: 8 }));
  await refused(zip(packed), "CHECKPOINT_UNSUPPORTED", /archive\/data\.pkl is compressed/);
});

test("a bomb is refused before anything of it is unpacked", async () => {
  const bomb = deflateRawSync(Buffer.alloc(1 << 24));
  const held = process.memoryUsage().arrayBuffers;
  await refused(zip([{ name: "a/data.pkl", bytes: bomb, size: 1 << 24, method: 8 }]), "CHECKPOINT_UNSUPPORTED", /compressed/);
  await refused(zip([{ name: "a/data.pkl", bytes: bomb, size: 2 ** 40 }], { zip64: true }), "CHECKPOINT_UNSUPPORTED", /compressed/);
  assert.ok(process.memoryUsage().arrayBuffers - held < 1 << 20);
});

test("two files of one name, or in one place, are refused", async () => {
  await refused(zip([...files(() => ({})), torchFiles(TREE)[1]]), "CHECKPOINT_DAMAGED", /two files of the same name/);
  await refused(zip(files(({ name }) => (name.endsWith("data/1") ? { place: 0 } : {}))), "CHECKPOINT_DAMAGED", /reach into/);
  await refused(zip(files(({ name }) => (name.endsWith("data/1") ? { place: 2 ** 31 } : {}))), "CHECKPOINT_DAMAGED", /reach into its directory/);
});

test("a directory that lies about its place, its length or its count is refused", async () => {
  const whole = zip(torchFiles(TREE), { zip64: true });
  const end = whole.lastIndexOf("PK\x05\x06"), end64 = whole.lastIndexOf("PK\x06\x06");
  for (const [at, bytes] of [[end64 + 32, 8], [end64 + 40, 8], [end64 + 48, 8], [end64 + 16, 4], [end64, 4],
    [end - 12, 8], [end - 20, 4]]) {
    for (const value of [1, 2 ** 20, 2 ** 31, 255]) {
      const broken = Buffer.from(whole);
      broken.fill(0, at, at + bytes);
      broken.writeUInt32LE(value, at);
      await refused(broken, "CHECKPOINT_DAMAGED");
    }
    const huge = Buffer.from(whole);
    huge.fill(0xff, at, at + bytes);
    await refused(huge, "CHECKPOINT_DAMAGED");
  }
});

test("names that are not the UTF-8 they say they are are refused; others are taken as they are", async () => {
  const name = Buffer.from("archive/\xff", "latin1");
  await refused(zip([...torchFiles(TREE), { name, bytes: Buffer.alloc(0), flags: 0x800 }]), "CHECKPOINT_DAMAGED", /UTF-8/);
  assert.equal((await readAll(zip([...torchFiles(TREE), { name, bytes: Buffer.alloc(0) }]))).size, 2);
});

test("archives of other things are named", async () => {
  const of = (name) => zip([{ name, bytes: torchZip(TREE) }]);
  for (const [bytes, code, message] of [
    [of("eva_x.pth"), "CHECKPOINT_UNSUPPORTED", /holds eva_x\.pth; unpack it/],
    [of("folder/model.safetensors"), "CHECKPOINT_UNSUPPORTED", /holds folder\/model\.safetensors/],
    [of("a.npy"), "CHECKPOINT_FORMAT", /NumPy archive/],
    [of("word/document.xml"), "CHECKPOINT_FORMAT", /office document/],
    [of("other"), "CHECKPOINT_FORMAT", /has no data\.pkl/],
    [zip([{ name: "m/manifest.json", bytes: Buffer.alloc(1) }, { name: "m/chunk-000.bin", bytes: Buffer.alloc(1) }]),
      "CHECKPOINT_FORMAT", /a converted model; unpack it/],
    [zip([]), "CHECKPOINT_FORMAT", /has no data\.pkl/],
    [zip([{ name: "a/data.pkl", bytes: pickle(1) }, { name: "b/data.pkl", bytes: pickle(1) }]), "CHECKPOINT_FORMAT", /2 files named data\.pkl/],
  ]) await refused(bytes, code, message);
});

test("a storage or byte order that the archive should have is named", async () => {
  await refused(zip(torchFiles(TREE).filter(({ name }) => !name.endsWith("data/0"))), "CHECKPOINT_DAMAGED", /has no archive\/data\/0/);
  const order = (word) => zip([...torchFiles(TREE), { name: "archive/byteorder", bytes: Buffer.from(word) }]);
  await refused(order("big"), "CHECKPOINT_UNSUPPORTED", /big-endian/);
  assert.equal((await readAll(order("little"))).size, 2);
});
