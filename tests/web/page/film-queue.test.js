/* film-queue.test.js - the queue of films: one bad film stops nothing, one or all can be canceled.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FilmQueue } from "../../../web/page/films/film-queue.js";
import { PictureCache } from "../../../web/page/films/picture-cache.js";

const items = (...names) => names.map((name) => ({ name, source: new Uint8Array(1) }));
const statuses = (queue) => queue.films.map(({ name, status }) => `${name} ${status}`).join(", ");
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** An engine that fails on "bad", hangs on "slow" until it is aborted, and counts how many
 * overlap. */
function engine() {
  const seen = { now: 0, most: 0 };
  const analyze = async ({ name }, /** @type {AbortSignal} */ signal) => {
    seen.most = Math.max(seen.most, ++seen.now);
    try {
      if (name === "slow") await new Promise((_, no) => signal.addEventListener("abort", no));
      await null;
      if (name === "bad") throw new Error("damaged");
      return /** @type {any} */ ({ findings: [] });
    } finally {
      seen.now -= 1;
    }
  };
  return { analyze, seen };
}

test("a bad film fails alone, and one film is read at a time", async () => {
  const { analyze, seen } = engine();
  const queue = new FilmQueue(analyze);
  queue.add(items("a", "bad"));
  queue.add(items("c"));
  await settled();
  assert.equal(statuses(queue), "a done, bad failed, c done");
  assert.equal(queue.films[1].error.message, "damaged");
  assert.equal(seen.most, 1);
});

test("canceling the film that is read starts the next one", async () => {
  const queue = new FilmQueue(engine().analyze);
  const [slow] = queue.add(items("slow", "b"));
  await settled();
  assert.equal(statuses(queue), "slow reading, b waiting");
  queue.cancel(slow);
  await settled();
  assert.equal(statuses(queue), "slow canceled, b done");
  assert.equal(slow.error, null);
});

test("canceling all keeps what is done; a retry reads a film again", async () => {
  const queue = new FilmQueue(engine().analyze);
  queue.add(items("a", "slow", "c"));
  await settled();
  queue.cancelAll();
  await settled();
  assert.equal(statuses(queue), "a done, slow canceled, c canceled");
  queue.retryAll(({ name }) => name === "c");
  queue.retry(queue.films[0]);
  await settled();
  assert.equal(statuses(queue), "a done, slow canceled, c done");
});

test("the cache evicts the picture viewed longest ago, never the newest", () => {
  const cache = new PictureCache();
  const views = (bytes) => {
    const part = { width: 1, height: 1, channels: 1, data: { byteLength: bytes } };
    return /** @type {any} */ ({ film: part, seen: { ...part, data: { byteLength: 0 } } });
  };
  cache.put(1, views(40 << 20));
  cache.put(2, views(40 << 20));
  cache.get(1);
  cache.put(3, views(40 << 20));
  assert.deepEqual([1, 2, 3].map((id) => cache.get(id) !== null), [true, false, true]);
  cache.put(4, views(200 << 20));
  assert.deepEqual([1, 3, 4].map((id) => cache.get(id) !== null), [false, false, true]);
});

test("films that were removed can be put back, before those that came meanwhile", async () => {
  const queue = new FilmQueue(engine().analyze);
  queue.add(items("a", "slow", "b"));
  await settled();
  assert.equal(queue.isBusy, true);
  const removed = queue.clear();
  await settled();
  assert.equal(queue.films.length, 0);
  queue.add(items("c"));
  queue.restore(removed);
  await settled();
  assert.equal(statuses(queue), "a done, slow canceled, b canceled, c done");
  assert.equal(queue.isBusy, false);
});

test("a film is read once more in the way that was asked for, and stands in its place", async () => {
  const seen = [];
  const queue = new FilmQueue(async ({ treatment }) => {
    seen.push(treatment);
    return /** @type {any} */ ({ findings: [] });
  });
  const [film] = queue.add(items("a", "b"));
  await settled();
  const treatment = { turns: 1, flip: false, invert: true };
  queue.treat(film, treatment);
  assert.equal(film.result, null);
  await settled();
  assert.equal(statuses(queue), "a done, b done");
  assert.deepEqual(seen, [undefined, undefined, treatment]);
});

test("a film that is taken off is canceled and goes back to its place", async () => {
  const queue = new FilmQueue(engine().analyze);
  const [, slow] = queue.add(items("a", "slow", "c"));
  await settled();
  assert.equal(queue.remove(slow), 1);
  await settled();
  assert.equal(statuses(queue), "a done, c done");
  assert.equal(slow.status, "canceled");
  queue.restore([slow], 1);
  assert.equal(statuses(queue), "a done, slow canceled, c done");
});
