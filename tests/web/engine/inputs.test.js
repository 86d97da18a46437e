/* What analyze() takes: whatever way the bytes or pixels of a film come, its findings are the same; on the calling
 * thread and in a thread of its own. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { relative } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { load } from "../../../web/evax-node.js";
import { at, film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const FILE = at("model", "samples", "nih_00000001_000.png");
const BYTES = film();

async function* pieces(size = 50_000) {
  for (let i = 0; i < BYTES.length; i += size) yield BYTES.subarray(i, i + size);
}

/** A view in the middle of a buffer. */
function dataView() {
  const buffer = new ArrayBuffer(BYTES.length + 16);
  new Uint8Array(buffer).set(BYTES, 8);
  return new DataView(buffer, 8, BYTES.length);
}

/** Each way, anew each time: streams are used up. @type {Record<string, () => any>} */
const WAYS = {
  "a Buffer": () => BYTES,
  "a Uint8Array": () => new Uint8Array(BYTES),
  "an ArrayBuffer": () => new Uint8Array(BYTES).buffer,
  "a DataView": dataView,
  "a Uint8Array of another window": () => runInNewContext("Uint8Array.from(bytes)", { bytes: BYTES }),
  "a Blob": () => new Blob([BYTES]),
  "a File": () => new File([BYTES], "film.png"),
  "a path": () => FILE,
  "a relative path": () => relative(process.cwd(), FILE),
  "a file: URL": () => pathToFileURL(FILE),
  "a file: URL as text": () => pathToFileURL(FILE).href,
  "a Response": () => new Response(BYTES),
  "a ReadableStream": () => new Blob([BYTES]).stream(),
  "a stream of Node": () => createReadStream(FILE),
  "a piped stream of Node": () => Readable.from(pieces()),
  "an async generator": () => pieces(),
};

const read = async (response) => {
  await response.arrayBuffer();
  return response;
};

/** [what, input, code, words of the message] @type {[string, () => any, string, RegExp][]} */
const REFUSED = [
  ["an address", () => "https://example.org/film.png", "INPUT_UNREADABLE", /fetch it yourself/],
  ["a path that is not there", () => "nowhere.png", "INPUT_UNREADABLE", /ENOENT/],
  ["a folder", () => at("tests"), "INPUT_UNREADABLE", /EISDIR/],
  ["a Response with an error", () => new Response(BYTES, { status: 404 }), "INPUT_UNREADABLE", /HTTP status 404/],
  ["a Response that was read", () => read(new Response(BYTES)), "INPUT_UNREADABLE", /read already/],
  ["a stream that someone reads", () => {
    const stream = new Blob([BYTES]).stream();
    stream.getReader();
    return stream;
  }, "INPUT_UNREADABLE", /being read/],
  ["a stream of text", () => Readable.from(["text"]), "INPUT_TYPE", /a stream of String, not of bytes/],
  ["a stream that breaks", () => Readable.from((async function* broken() {
    yield BYTES.subarray(0, 100);
    throw new Error("the line is cut");
  })()), "INPUT_UNREADABLE", /the line is cut/],
  ["a number", () => 7, "INPUT_TYPE", /Number was given/],
  ["floats without a range", () => ({ data: new Float32Array(4), width: 2, height: 2 }), "INPUT_TYPE", /state its range/],
  ["color of 16 bits without a range", () => ({ data: new Uint16Array(12), width: 2, height: 2 }), "INPUT_TYPE",
    /state its range/],
  ["a number that is none", () => ({ data: new Float32Array([0, NaN, 1, 1]), width: 2, height: 2, range: [0, 1] }),
    "INPUT_VALUE", /value 1 is NaN/],
  ["a range of nothing", () => ({ data: new Float32Array(4), width: 2, height: 2, range: [1, 1] }), "INPUT_VALUE",
    /two different numbers/],
  ["a range without an end", () => ({ data: new Float32Array(4), width: 2, height: 2, range: [0, Infinity] }),
    "INPUT_VALUE", /two different numbers/],
  ["two values a pixel", () => ({ data: new Uint8Array(8), width: 2, height: 2 }), "INPUT_LENGTH", /8 values/],
];

const SIDE = 60;
/** Gray of 8 bits, and what says the same in other words. */
const gray = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7 + (i >> 5) * 31) % 256);
const color = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i * 11) % 256);
const rgba = Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, i) => (i % 4 === 3 ? 255 : color[3 * (i >> 2) + (i % 4)]));
const pixels = (data, range) => ({ data, width: SIDE, height: SIDE, ...(range && { range }) });
const SAME = {
  "float32 0..1": [pixels(Float32Array.from(gray, (v) => v / 255), [0, 1]), pixels(gray)],
  "float64 of Hounsfield units": [pixels(Float64Array.from(gray, (v) => v * 4 - 1000), [-1000, 20]), pixels(gray)],
  "float32 with white below black": [pixels(Float32Array.from(gray, (v) => 1 - v / 255), [1, 0]), pixels(gray)],
  "int16 beyond its range": [pixels(Int16Array.from(gray, (v) => (v === 255 ? 9999 : v === 0 ? -9999 : v)), [0, 255]),
    pixels(gray)],
  "uint16 of 12 bits": [pixels(Uint16Array.from(gray, (v) => v * 16), [0, 255 * 16]), pixels(gray)],
  "RGB of 8 bits": [pixels(color), pixels(rgba)],
  "RGB of floats": [pixels(Float32Array.from(color, (v) => v / 255), [0, 1]), pixels(rgba)],
  "RGBA of floats": [pixels(Float32Array.from(rgba, (v) => v / 255), [0, 1]), pixels(rgba)],
};

for (const worker of [false, true]) {
  describe(worker ? "in a thread of its own" : "on the calling thread", () => {
    let engine, expected;
    before(async () => {
      engine = await load({ model: memorySource(tinyModel()), worker });
      expected = (await engine.analyze(BYTES)).findings;
    });
    after(() => engine.dispose());

    for (const [what, make] of Object.entries(WAYS)) {
      test(`${what} is read`, async () => {
        assert.deepEqual((await engine.analyze(make())).findings, expected);
      });
    }

    for (const [what, make, code, words] of REFUSED) {
      test(`${what} is refused with ${code}`, async () => {
        await assert.rejects(engine.analyze(await make()), withCode(code, words));
        assert.deepEqual((await engine.analyze(BYTES)).findings, expected);
      });
    }

    for (const [what, [given, same]] of Object.entries(SAME)) {
      test(`pixels: ${what} is what it says`, async () => {
        assert.deepEqual(await engine.preprocess(given), await engine.preprocess(same));
      });
    }

    test("what pixels were is said", async () => {
      const { input: floats } = await engine.analyze(SAME["float32 with white below black"][0]);
      assert.deepEqual([floats.bitDepth, floats.conversions, floats.window], [32, ["windowed", "inverted"], [0, 1]]);
      assert.match(floats.notes[0], /1 became black and 0 white/);
      const { input: rgb } = await engine.analyze(pixels(color));
      assert.deepEqual([rgb.channels, rgb.conversions], [3, []]);
    });

    test("pixels behind a proxy are read as they are", async () => {
      const proxy = new Proxy(pixels(gray), {});
      assert.deepEqual(await engine.preprocess(proxy), await engine.preprocess(pixels(gray)));
    });

    test("a stream that stalls ends on abort, and is canceled", async () => {
      let canceled = null;
      const stalls = new ReadableStream({ cancel: (reason) => { canceled = reason ?? true; } });
      const cancel = new AbortController();
      const call = engine.analyze(stalls, { signal: cancel.signal });
      setTimeout(() => cancel.abort(new Error("enough")), 20);
      await assert.rejects(call, /enough/);
      assert.deepEqual((await engine.analyze(BYTES)).findings, expected);
      assert.ok(canceled);
    });

    test("a stream is not read beyond what a film may have", async () => {
      let sent = 0;
      async function* endless() {
        for (;; sent++) yield new Uint8Array(16 << 20);
      }
      await assert.rejects(engine.analyze(endless()), withCode("IMAGE_HEAP", /a stream of more than/));
      assert.ok(sent <= 17);
    });
  });
}
