/* The queue: one job at a time, in order, and what an abort does to one that waits or runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../../web/base/queue.js";

/** A job that says when it starts, and ends when it is told to. */
function job(log, name) {
  /** @type {(value?: any) => void} */ let end;
  const ended = new Promise((resolve) => { end = resolve; });
  const run = async () => {
    log.push(`${name} starts`);
    await ended;
    log.push(`${name} ends`);
    return name;
  };
  return { run, end };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("jobs run one after the other in the order of the calls", async () => {
  const [queue, log] = [new Queue(), []];
  const jobs = ["a", "b"].map((name) => job(log, name));
  const results = jobs.map(({ run }) => queue.add(run));
  jobs[1].end();
  await turn();
  jobs[0].end();
  assert.deepEqual(await Promise.all(results), ["a", "b"]);
  assert.deepEqual(log, ["a starts", "a ends", "b starts", "b ends"]);
});

test("a job that is aborted while it waits never starts", async () => {
  const [queue, log] = [new Queue(), []];
  const [first, second] = ["a", "b"].map((name) => job(log, name));
  const abort = new AbortController();
  const result = queue.add(first.run);
  const aborted = queue.add(second.run, abort.signal);
  abort.abort();
  await assert.rejects(aborted, { name: "AbortError" });
  first.end();
  await result;
  await turn();
  assert.deepEqual(log, ["a starts", "a ends"]);
});

test("aborting a running job rejects at once, and the next starts when it has ended", async () => {
  const [queue, log] = [new Queue(), []];
  const [first, second] = ["a", "b"].map((name) => job(log, name));
  const abort = new AbortController();
  const aborted = queue.add(first.run, abort.signal);
  const result = queue.add(second.run);
  await turn();
  abort.abort();
  await assert.rejects(aborted, { name: "AbortError" });
  second.end();
  await turn();
  assert.deepEqual(log, ["a starts"]);
  first.end();
  assert.equal(await result, "b");
});
