/* The automatic count of threads: on simulated machines the quickest one is found, kept, and found again when the machine
 * changes; noise costs time, and no more than some passes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadTuner } from "../../../web/engine/thread-tuner.js";

/** Passes on a machine that takes time(count, pass) for each; the counts that worked. */
function run(tuner, time, passes) {
  return Array.from({ length: passes }, (_, pass) => {
    const { count } = tuner;
    tuner.record(time(count, pass));
    return count;
  });
}

/** How often a count occurs. */
const share = (counts, count) => counts.filter((other) => other === count).length / counts.length;

/** Eight equal processors. */
const equal = (count) => 100 / count + 1;
/** Two processors for eight threads, which wait for each other. */
const quota = (count) => (count <= 2 ? 100 / count : 50 + 20 * (count - 2));
/** Four fast processors and four that only delay the end of every job. */
const twoKinds = (count) => (count <= 4 ? 100 / count : 40);

test("all threads work where more are quicker", () => {
  const tuner = new ThreadTuner(8);
  const counts = run(tuner, equal, 200);
  assert.ok(share(counts, 8) > 0.9, `${share(counts, 8)}`);
  assert.equal(tuner.fewer, false);
});

for (const [what, time, best] of /** @type {[string, (count: number) => number, number][]} */ ([
  ["two of eight processors may be used", quota, 2],
  ["slow processors delay the others", twoKinds, 4],
  ["threads only cost time", (count) => 10 + count, 1],
])) {
  test(`where ${what}, ${best} of 8 threads work after a dozen passes`, () => {
    const tuner = new ThreadTuner(8);
    run(tuner, time, 12);
    const counts = run(tuner, time, 200);
    assert.ok(share(counts, best) > 0.9, counts.join(" "));
    assert.equal(tuner.fewer, true);
  });
}

test("a machine that is throttled half-way, and one that is free again, are noticed within some passes", () => {
  const tuner = new ThreadTuner(8);
  run(tuner, equal, 40);
  const throttled = (count) => 3 * quota(count);
  run(tuner, throttled, 20);
  assert.equal(tuner.count, 2);
  run(tuner, equal, 130); // looked at again after a while: nothing has become slower
  assert.ok(share(run(tuner, equal, 60), 8) > 0.8);
});

test("a choice that was made under load is corrected later", () => {
  const tuner = new ThreadTuner(8);
  run(tuner, quota, 12); // other programs take six processors
  assert.equal(tuner.count, 2);
  run(tuner, equal, 200);
  assert.ok(share(run(tuner, equal, 60), 8) > 0.8);
});

test("single slow passes change nothing", () => {
  const tuner = new ThreadTuner(4);
  const counts = run(tuner, (count, pass) => equal(count) * (pass % 7 === 3 ? 10 : 1), 300);
  assert.ok(share(counts, 4) > 0.85, `${share(counts, 4)}`);
});

test("counts lie between one and all", () => {
  for (const most of [1, 2, 3, 5, 64]) {
    const tuner = new ThreadTuner(most);
    const counts = run(tuner, (count, pass) => 1 + ((count * 7919 + pass * 104_729) % 97), 500);
    assert.ok(counts.every((count) => Number.isInteger(count) && count >= 1 && count <= most));
  }
});
