/* source.test.js - what is read from an address.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { httpSource } from "../../../web/model/source.js";

/** @param {number} length of what every address answers */
function answerWith(t, length) {
  t.mock.method(globalThis, "fetch", async () => new Response(new Uint8Array(length).fill(7)));
  return httpSource(new URL("http://localhost/model/"));
}
const options = { signal: new AbortController().signal, fresh: false };

test("a manifest has a buffer of its own length: whoever posts it posts no more", async (t) => {
  const bytes = await answerWith(t, 1000).manifest(options);
  assert.deepEqual([bytes.length, bytes.buffer.byteLength], [1000, 1000]);
  assert.ok(bytes.every((byte) => byte === 7));
});

test("a chunk as long as it was said to be is not copied, a shorter one is cut off", async (t) => {
  const source = answerWith(t, 1000);
  const entry = (/** @type {number} */ bytes) => ({ file: "chunk-00.bin", bytes, sha256: "" });
  assert.equal((await source.chunk(entry(1000), options)).buffer.byteLength, 1001, "with room for a byte too many");
  const short = await source.chunk(entry(5000), options);
  assert.deepEqual([short.length, short.buffer.byteLength], [1000, 1000]);
  assert.equal((await source.chunk(entry(10), options)).length, 11, "one byte too many is seen, and no more are read");
});
