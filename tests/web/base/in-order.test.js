/* Results in the order of the items, several items at a time, few of them held. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { inOrder } from "../../../web/base/in-order.js";

const collect = async (results) => {
  const all = [];
  for await (const result of results) all.push(result);
  return all;
};

test("results keep the order of the items, however long each takes, in as many lanes as there are", async () => {
  const busy = new Set();
  let most = 0;
  const results = await collect(inOrder([30, 0, 20, 0, 0, 10], 3, async (ms, lane) => {
    assert.ok(!busy.has(lane) && lane >= 0 && lane < 3, "a lane works on one item at a time");
    busy.add(lane);
    most = Math.max(most, busy.size);
    await pause(ms);
    busy.delete(lane);
    return ms;
  }));
  assert.deepEqual(results, [30, 0, 20, 0, 0, 10]);
  assert.equal(most, 3);
});

test("an item that takes long does not stop the others, and few results wait for it", async () => {
  let pulled = 0;
  function* items() {
    for (; pulled < 100_000; pulled++) yield pulled;
  }
  const gate = Promise.withResolvers?.() ?? deferred();
  const results = inOrder(items(), 2, (item) => (item ? Promise.resolve(item) : gate.promise));
  const first = results.next();
  await pause(20);
  assert.ok(pulled > 10 && pulled < 64, `${pulled} items were pulled`);
  gate.resolve("late");
  assert.deepEqual((await first).value, "late");
  assert.equal((await results.next()).value, 1);
  await results.return(undefined);
});

test("a consumer that is slow halts the work", async () => {
  let pulled = 0;
  async function* items() {
    for (; pulled < 1000; pulled++) yield pulled;
  }
  const results = inOrder(items(), 1, async (item) => item);
  for (let i = 0; i < 3; i++) {
    await results.next();
    await pause(5);
  }
  assert.ok(pulled < 40, `${pulled} items were pulled`);
  await results.return(undefined);
});

test("a rejection comes in its turn and ends the rest, and so does one of the items", async () => {
  const seen = [];
  const work = async (item) => (item === 2 ? Promise.reject(new Error("no 2")) : item);
  await assert.rejects(async () => {
    for await (const result of inOrder([0, 1, 2, 3], 4, work)) seen.push(result);
  }, /no 2/);
  assert.deepEqual(seen, [0, 1]);
  async function* broken() {
    yield 0;
    throw new Error("no more items");
  }
  await assert.rejects(collect(inOrder(broken(), 2, work)), /no more items/);
});

test("whoever stops early aborts what is under way, and the items end", async () => {
  let ended = false;
  function* items() {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      ended = true;
    }
  }
  const aborted = [];
  for await (const result of inOrder(items(), 2, async (item, _lane, signal) => {
    signal.addEventListener("abort", () => aborted.push(item));
    return item ? new Promise(() => {}) : 0;
  })) {
    assert.equal(result, 0);
    break;
  }
  assert.ok(ended && aborted.includes(1));
});

function deferred() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
