/* Properties of what a film's values become, whatever its elements say: a film or an EvaxError; the same shades
 * however the same values are stored (8, 16 or 32 bits); order kept; and
 * MONOCHROME1 the reverse of MONOCHROME2. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EvaxError } from "../../../web/base/errors.js";
import { readDicom } from "../../../web/dicom/film.js";
import { dice, seedsOf } from "../../support/dice.js";
import { dicomFile, itemOf } from "../../support/dicom.js";

const CASES = 1500;
const never = { runJob: () => assert.fail("a worker"), decodeJpeg: () => assert.fail("JPEG") };

const NUMBERS = ["0", "1", "-1", "2.5", "1e3", "-1024", "4096", "65536", "2000,5", "", "x", "1e400", "0.0001", "-0"];
const any = (roll, list) => list[roll(list.length)];

/** A lookup table, sometimes not as it says. */
function table(roll) {
  const count = 1 + roll(40), first = any(roll, [0, 1, 60, 300, 40_000, 65_500]), bits = any(roll, [8, 10, 12, 16, 0, 17]);
  const data = Uint16Array.from({ length: roll(9) ? count : roll(count + 1) }, () => roll(2 ** Math.min(bits || 16, 16)));
  return itemOf([[0x28, 0x3002, "OW", Buffer.from(Uint16Array.of(count, first, bits).buffer)],
    [0x28, 0x3006, "OW", Buffer.from(data.buffer)]]);
}

/** Elements of the value chain, in any combination. */
function elements(roll) {
  const found = [];
  const text = (group, number, vr, words) => { if (roll(3)) found.push([group, number, vr, any(roll, words)]); };
  for (const number of [0x1050, 0x1051, 0x1052, 0x1053]) text(0x28, number, "DS", NUMBERS);
  text(0x28, 0x1056, "CS", ["LINEAR", "LINEAR_EXACT", "SIGMOID", "OTHER"]);
  if (roll(4) === 0) text(0x2050, 0x20, "CS", ["IDENTITY", "INVERSE", "LIN OD"]);
  if (roll(4) === 0) found.push([0x28, 0x120, "US", roll(70)]);
  if (roll(5) === 0) found.push([0x28, 0x3000, "SQ", table(roll)]);
  if (roll(5) === 0) found.push([0x28, 0x3010, "SQ", table(roll)]);
  return found;
}

/** A film of these values. @param {number[]} values @param {{ allocated: number, stored: number, high: number,
 *   signed: boolean, photometric: string, more: any[] }} how */
function film(values, { allocated, stored, high, signed, photometric, more }) {
  const Words = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array }[allocated];
  const pixels = Words.from(values, (value) => (value & (2 ** stored - 1)) * 2 ** (high + 1 - stored));
  return dicomFile([[8, 0x60, "CS", "DX"], [0x28, 2, "US", 1], [0x28, 4, "CS", photometric],
    [0x28, 0x10, "US", 1], [0x28, 0x11, "US", values.length], [0x28, 0x100, "US", allocated],
    [0x28, 0x101, "US", stored], [0x28, 0x102, "US", high], [0x28, 0x103, "US", signed ? 1 : 0], ...more,
    [0x7fe0, 0x10, allocated === 8 ? "OB" : "OW", Buffer.from(pixels.buffer)]]);
}

/** A film as it is read, or its error's code. @returns {Promise<Partial<import("../../../web/dicom/film.js").DicomFilm
 *   & { code: string }>>} */
const reading = (bytes) => readDicom(bytes, never).catch((error) => {
  assert.ok(error instanceof EvaxError, error.stack);
  return { code: error.code };
});

/** Values in order, and what they are stored in. */
function drawn(roll) {
  const stored = 1 + roll(roll(16) ? 9 : 16), signed = roll(2) === 1; // tables of 16 bits take long
  const least = signed ? -(2 ** (stored - 1)) : 0;
  const values = Array.from({ length: 2 + roll(14) }, () => least + roll(2 ** stored)).sort((a, b) => a - b);
  const allocated = stored <= 8 && roll(2) ? 8 : 16;
  return { values, how: { allocated, stored, signed, high: stored - 1 + roll(allocated - stored + 1),
    photometric: "MONOCHROME2", more: elements(roll) } };
}

/** Whether shades keep the order of what they are made of: without tables, padding or a falling line. */
const isOrdered = ({ more }, { rescale }) => !more.some(([, number, vr]) => vr === "SQ" || number === 0x120)
  && !((rescale?.[0] ?? 1) < 0);

test("whatever a film's elements say, its values become shades by one rule, or it is refused", async (t) => {
  let [count, read] = [0, 0];
  for (const seed of seedsOf(CASES)) {
    count++;
    const { values, how } = drawn(dice(seed));
    const found = await reading(film(values, how));
    const wide = await reading(film(values, { ...how, allocated: 32, high: how.stored - 1 }));
    assert.deepEqual([wide.bytes, wide.code], [found.bytes, found.code], `seed ${seed}: 32 bits`);
    if (found.code) continue;
    read++;
    assert.equal(found.bytes.length, values.length);
    assert.ok(found.deep.tones.every((tone) => !Number.isNaN(tone)), `seed ${seed}: tones`);
    const facts = found.input.dicom;
    if (isOrdered(how, facts)) {
      const up = facts.inverted ? -1 : 1;
      assert.ok(found.bytes.every((shade, i) => i === 0 || up * (shade - found.bytes[i - 1]) >= 0), `seed ${seed}: order`);
    }
    if (how.more.some(([group]) => group === 0x2050) || how.more.some(([, number]) => number === 0x120)) continue;
    const { bytes } = await reading(film(values, { ...how, photometric: "MONOCHROME1" }));
    assert.deepEqual(bytes, found.bytes.map((shade) => 255 - shade), `seed ${seed}: MONOCHROME1`);
  }
  assert.ok(read > count / 2, `${read} of ${count}`);
  t.diagnostic(`executions: ${count}`);
});
