/* Byte sources: slices of what there is, and an error where the file is not what it was. */
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { memorySource, slices } from "../../../web/convert/checkpoint/byte-source.js";
import { pathSource } from "../../../web/convert/checkpoint/byte-source-node.js";
import { refusedWith } from "./opened.js";

const folder = mkdtempSync(join(tmpdir(), "evax-source-"));
after(() => rmSync(folder, { recursive: true }));

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i);

async function onDisk(name = "a.pth") {
  const path = join(folder, name);
  writeFileSync(path, BYTES);
  return { path, source: await pathSource(path) };
}

test("a file, a Blob and bytes give the same slices, in memory of the caller's own", async () => {
  const { source } = await onDisk();
  const others = [memorySource(BYTES), memorySource(new Blob([BYTES])), memorySource(BYTES.slice().buffer),
    memorySource(new File([BYTES], "b.pth"))];
  for (const each of [source, ...others]) {
    assert.equal(each.size, 1000);
    const bytes = await each.read(10, 5);
    assert.deepEqual([...bytes], [10, 11, 12, 13, 14]);
    bytes[0] = 0;
    assert.equal((await each.read(10, 1))[0], 10);
    assert.equal((await each.read(1000, 0)).length, 0);
    await refusedWith(each.read(999, 2), "CHECKPOINT_DAMAGED", /ends at byte 1000/);
    await refusedWith(each.read(-1, 2), "CHECKPOINT_DAMAGED");
  }
  assert.deepEqual([source.name, others[3].name, memorySource("text")], ["a.pth", "b.pth", null]);
  await source.close();
});

test("a file that is changed, lengthened or cut while it is read is refused", async () => {
  const changes = [
    (path) => writeFileSync(path, BYTES.map((v) => v + 1)),
    (path) => appendFileSync(path, "x"),
    (path) => truncateSync(path, 500),
  ];
  for (const [i, change] of changes.entries()) {
    const { path, source } = await onDisk(`${i}.pth`);
    await source.read(0, 10);
    change(path);
    await refusedWith(source.read(0, 10), "CHECKPOINT_CHANGED", /\.pth/);
    await refusedWith(source.read(990, 10), "CHECKPOINT_CHANGED");
    await source.close();
  }
});

test("what is no file is refused", async () => {
  mkdirSync(join(folder, "sub"));
  await refusedWith(pathSource(join(folder, "sub")), "INPUT_UNREADABLE", /is a folder/);
  await refusedWith(pathSource(join(folder, "none")), "INPUT_UNREADABLE", /ENOENT/);
});

test("an abort ends reading with its reason", async () => {
  const { source } = await onDisk();
  const reason = new Error("enough");
  for (const each of [source, memorySource(BYTES), memorySource(new Blob([BYTES]))]) {
    await assert.rejects(each.read(0, 1, AbortSignal.abort(reason)), reason);
  }
  await source.close();
});

test("long ranges come in pieces of at most a megabyte", async () => {
  const source = memorySource(new Uint8Array((2 << 20) + 3));
  const lengths = [];
  for await (const piece of slices(source, 1, (2 << 20) + 2)) lengths.push(piece.length);
  assert.deepEqual(lengths, [1 << 20, 1 << 20, 2]);
});
