/* remote-evaluator.test.js - a validation's evaluator behind a channel gives the report of one that runs here, tells its progress, and
 * is ended by an abort or by its worker's death; the next call starts another.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { EvaxError } from "../../../web/base/errors.js";
import { Evaluator } from "../../../web/evaluate/evaluator.js";
import { Channel } from "../../../web/worker/channel.js";
import { RemoteEvaluator } from "../../../web/worker/remote-evaluator.js";
import { dice } from "../../support/dice.js";
import { origin } from "../../support/films.js";

const LABELS = ["Mass"];
const roll = dice(5);
const films = Array.from({ length: 60 }, (_, i) => {
  const score = (roll(900) + 50) / 1000;
  return { name: `f${i}.png`, logits: [score], scores: [score], reasons: [], small: null };
});
const file = new Blob([`file,Mass\n${films.map(({ name }, i) => `${name},${i % 2}`).join("\n")}`]);
const match = { table: { id: 1, file }, names: films.map(({ name }) => name), labels: LABELS, options: {} };
const info = /** @type {any} */ ({ ...origin, labels: LABELS, facts: [{ threshold: 0.5 }] });
const table = await new Evaluator().match(match);
const measurement = { table, model: { info, films, refused: [] }, other: null, options: { name: "ward" } };

/** Workers that answer as evaluate-worker.js does. @param {Partial<Record<string, import("../../../web/worker/channel.js").Handler>>} [over] */
function stage(over = {}) {
  /** @type {any[]} */ const workers = [];
  const start = () => {
    const { port1: near, port2: far } = new MessageChannel();
    const evaluator = new Evaluator();
    const page = new Channel(/** @type {any} */ (far), {
      heading: (table) => evaluator.heading(table),
      match: (given) => evaluator.match(given),
      report: (given, { signal }) => evaluator.report(given, { signal, onProgress: (done, of) => void page.call("progress", { done, of }) }),
      .../** @type {any} */ (over),
    });
    const errors = new EventTarget();
    const worker = {
      postMessage: (message, transfer) => near.postMessage(message, transfer),
      addEventListener: (type, listener) => (type === "message" ? near : errors).addEventListener(type, listener),
      fail: (message) => errors.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message })),
      terminate: () => { worker.ended = true; near.close(); },
      ended: false,
    };
    near.start();
    far.start();
    workers.push(worker);
    return /** @type {any} */ (worker);
  };
  return { evaluator: new RemoteEvaluator(start), workers };
}

test("the report is that of an evaluator here, and its progress is told", async () => {
  const { evaluator, workers } = stage(), here = new Evaluator();
  assert.deepEqual(await evaluator.heading(match.table), ["file", "Mass"]);
  assert.deepEqual(await evaluator.match(match), await here.match(match));
  /** @type {number[][]} */ const told = [];
  const report = await evaluator.report(measurement, { onProgress: (...progress) => told.push(progress) });
  assert.deepEqual(report, await here.report(measurement));
  assert.deepEqual([told, workers.length], [[[1, 1]], 1]);
  await assert.rejects(evaluator.match({ ...match, names: ["other.png"] }), (error) => error instanceof EvaxError && error.code === "LABELS_INVALID");
  evaluator.dispose();
  assert.equal(workers[0].ended, true);
});

test("an abort ends a worker that does not listen, and the next call goes on in another one", async () => {
  let calls = 0;
  const { evaluator, workers } = stage({ report: (given) => (calls++ ? new Evaluator().report(given) : new Promise(() => {})) });
  const stop = new AbortController();
  const measuring = evaluator.report(measurement, { signal: stop.signal });
  stop.abort(new Error("enough"));
  const next = evaluator.report(measurement); // before the first one's end is heard
  await assert.rejects(measuring, /enough/);
  assert.equal(workers[0].ended, true);
  assert.deepEqual(await next, await new Evaluator().report(measurement));
  assert.equal(workers.length, 2);
  evaluator.dispose();
});

test("a worker that dies is an error of the call under way, not of the next one", async () => {
  const { evaluator, workers } = stage({ report: () => new Promise(() => {}) });
  const measuring = evaluator.report(measurement);
  workers[0].fail("out of memory");
  await assert.rejects(measuring, { code: "WORKER_DIED", message: /out of memory/ });
  assert.deepEqual(await evaluator.heading(match.table), ["file", "Mass"]);
  evaluator.dispose();
});
