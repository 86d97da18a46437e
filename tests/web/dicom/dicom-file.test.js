/* Properties of the data-set reader: whatever the bytes, it ends soon with what it kept or an EvaxError; it
 * keeps what is on the allow-list and nothing else; deflated and plain data sets give the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { EvaxError } from "../../../web/base/errors.js";
import { InflatedBytes, PlainBytes } from "../../../web/dicom/file/byte-source.js";
import { ALLOWED_TAGS } from "../../../web/dicom/file/data-set.js";
import { openFile } from "../../../web/dicom/file/dicom-file.js";
import { ElementWalk } from "../../../web/dicom/file/elements.js";
import { dice, seedsOf } from "../../support/dice.js";
import { bytesOf, index, odd } from "../../support/dicom-films.js";

/** Runs a generator to its end: what it returns, and how often it yielded. */
function run(work) {
  let steps = 0;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return { value: step.value, steps };
    steps += 1;
  }
}

/** What a walk keeps, as text. */
const textOf = (elements) => [...elements].map(([tag, { vr, bytes, item }]) =>
  `${tag.toString(16)} ${vr} ${Buffer.from(bytes).toString("hex")} ${item ? `{${textOf(item)}}` : ""}`).join("\n");

const walked = (source) => {
  const { elements, pixels } = run(new ElementWalk(source, { explicit: true, big: false }).top(0, ALLOWED_TAGS)).value;
  return `${textOf(elements)}\npixels ${pixels?.at} ${pixels?.length}`;
};

/** The data set of a film in explicit little-endian. */
function dataSetOf(name) {
  const file = bytesOf(name);
  return file.subarray(132 + 12 + new DataView(file.buffer, file.byteOffset).getUint32(140, true));
}

test("only elements of the allow-list are kept, also in sequences", () => {
  const check = (elements) => {
    for (const [tag, { item }] of elements) {
      assert.ok(ALLOWED_TAGS.has(tag), tag.toString(16));
      if (item) check(item);
    }
  };
  for (const name of ["voi-lut.dcm", "modality-lut.dcm", "cr12.dcm"]) {
    const { elements } = run(new ElementWalk(new PlainBytes(dataSetOf(name)), { explicit: true, big: false })
      .top(0, ALLOWED_TAGS)).value;
    assert.ok(elements.size > 10);
    check(elements);
  }
});

test("a deflated data set gives what it gives plain, whatever follows its end", () => {
  for (const name of ["voi-lut.dcm", "modality-lut.dcm", "cr12.dcm", "sc-palette.dcm"]) {
    const plain = dataSetOf(name);
    const expected = walked(new PlainBytes(plain));
    for (const level of [0, 1, 9]) {
      const deflated = deflateRawSync(plain, { level });
      for (const behind of [[], [0], [1, 2, 3, 4, 5]]) {
        assert.equal(walked(new InflatedBytes(Buffer.concat([deflated, Buffer.from(behind)]), 1e6)), expected);
      }
    }
  }
});

test("inflated data are kept only as long as they are needed", () => {
  const source = new InflatedBytes(deflateRawSync(Buffer.alloc(50e6)), 1e8);
  assert.ok(run(source.reach(49e6, 100)).value);
  assert.equal(source.has(0, 1), false);
  assert.throws(() => run(new InflatedBytes(deflateRawSync(Buffer.alloc(50e6)), 1e6).reach(2e6, 1)),
    (/** @type {any} */ error) => error.code === "DICOM_LIMIT");
});

/* Of lengths and tags at which readers stumble. */
const ODD = [0x00, 0x01, 0x08, 0x7f, 0x80, 0xdd, 0xe0, 0xfe, 0xff, 0x53, 0x51];

test("whatever the bytes, the reader ends within steps that their number bounds", (t) => {
  const films = [...Object.keys(index).map(bytesOf), ...Object.keys(odd.index).map(odd.bytesOf)];
  let [count, read] = [0, 0];
  for (const seed of seedsOf(20_000)) {
    count++;
    const roll = dice(seed);
    const bytes = Uint8Array.from(films[roll(films.length)].subarray(0, 200 + roll(2600)));
    for (let i = roll(8); i >= 0; i--) bytes[roll(bytes.length)] = roll(2) ? ODD[roll(ODD.length)] : roll(256);
    const work = openFile(bytes);
    try {
      const { steps } = run(work);
      assert.ok(steps <= 2 + bytes.length / 256, `seed ${seed}: ${steps} steps`);
      read++;
    } catch (error) {
      assert.ok(error instanceof EvaxError, `seed ${seed}: ${error.stack}`);
    }
  }
  assert.ok(read > count / 10 && read < count, `${read} of ${count}`);
  t.diagnostic(`executions: ${count}`);
});
