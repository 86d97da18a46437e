/* Property of the DICOM reader: any bytes give a film or an EvaxError of the closed set, in bounded time,
 * and the next film is read as ever. The films of tests/web/dicom, broken by fixed seeds; more, and new
 * ones, in make fuzz-dicom (FUZZ_SECONDS). */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { EvaxError, load } from "../../../web/evax-node.js";
import { dice, seedsOf } from "../../support/dice.js";
import { processorMs } from "../../support/processor-time.js";
import { at } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const CASES = 150;
const LONGEST_MS = 10_000;

const FILMS = ["files", "odd"].flatMap((folder) => {
  const path = at("tests", "web", "dicom", folder);
  return readdirSync(path).filter((name) => name.endsWith(".dcm")).sort()
    .map((name) => /** @type {const} */ ([name, readFileSync(`${path}/${name}`)]));
});

/* Lengths, counts and markers at which readers stumble. */
const ODD = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/** A film with some bytes changed, mostly where the elements are; sometimes cut, or with a part twice. */
function broken(film, roll) {
  let bytes = Buffer.from(film);
  for (let i = roll(6); i >= 0; i--) {
    const near = roll(4) ? Math.min(bytes.length, 1200) : bytes.length;
    bytes[roll(near)] = roll(2) ? ODD[roll(ODD.length)] : roll(256);
  }
  if (roll(5) === 0) bytes = bytes.subarray(0, roll(bytes.length));
  if (roll(9) === 0) bytes = Buffer.concat([bytes, bytes.subarray(roll(bytes.length))]);
  return bytes;
}

test("any bytes are a DICOM film or an EvaxError, soon, and the next film is read as ever", async (t) => {
  const engine = await load({ model: memorySource(tinyModel()) });
  const sound = FILMS[0][1];
  const expected = (await engine.analyze(sound)).findings;
  let [done, read] = [0, 0];
  for (const seed of seedsOf(CASES)) {
    done++;
    const roll = dice(seed), [name, film] = FILMS[roll(FILMS.length)];
    const start = processorMs();
    const what = `seed ${seed}, ${name}`;
    try {
      const { findings } = await engine.analyze(broken(film, roll), roll(2) ? {} : { frame: 1 });
      assert.ok(findings.every(({ logit }) => Number.isFinite(logit)), what);
      read++;
    } catch (error) {
      assert.ok(error instanceof EvaxError, `${what}: ${error?.stack}`);
      assert.ok(error.hint && error.message.length < 1000, `${what}: ${error.message}`);
    }
    assert.ok(processorMs() - start < LONGEST_MS, `${what} takes too long`);
  }
  assert.ok(read > 0 && read < done);
  assert.deepEqual((await engine.analyze(sound)).findings, expected);
  engine.dispose();
  t.diagnostic(`executions: ${done}`);
});
