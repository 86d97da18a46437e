/* A worker that is killed says nothing: whoever waits for it is told after a minute of silence.
 * The clock is the test's own.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteEngine } from "../../../web/worker/remote-engine.js";
import { withCode } from "../../support/repository.js";

const SOURCE = { name: "memory", attempts: 1, manifest: null, chunk: null };

/** A worker that answers the calls that it knows and no others. */
class ScriptedWorker extends EventTarget {
  asked = [];
  ended = false;

  constructor(known) {
    super();
    this.known = known;
  }

  postMessage({ call, name }) {
    this.asked.push(name);
    if (!this.known.includes(name)) return;
    const value = { info: { embeddingSpace: "" }, memoryBytes: 1 };
    const answer = new MessageEvent("message", { data: { reply: call, value } });
    queueMicrotask(() => this.dispatchEvent(answer));
  }

  terminate() {
    this.ended = true;
  }
}

/** An engine on such a worker, and a clock to turn forward by seconds. */
async function engineOn(t, known) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const worker = /** @type {Worker & ScriptedWorker} */ (new ScriptedWorker(["load", ...known]));
  const engine = await RemoteEngine.load(worker, { model: SOURCE }, null);
  t.after(() => engine.dispose());
  const pass = async (seconds) => {
    for (let i = 0; i < seconds; i++) {
      now += 1000;
      t.mock.timers.tick(1000);
      await null;
    }
  };
  return { engine, worker, pass };
}

test("a worker that is silent for more than 60 s while a film waits has died", async (t) => {
  const { engine, worker, pass } = await engineOn(t, []);
  let outcome = "waits";
  const film = engine.analyze(new Uint8Array(4));
  film.catch(() => { outcome = "rejected"; });
  await pass(60);
  assert.deepEqual([outcome, worker.ended], ["waits", false]);
  await pass(5);
  await assert.rejects(film, withCode("WORKER_DIED", /no longer answers/));
  assert.equal(worker.ended, true);
  await assert.rejects(engine.analyze(new Uint8Array(4)), withCode("WORKER_DIED"));
});

test("a worker that answers pings may take as long as a film needs", async (t) => {
  const { engine, worker, pass } = await engineOn(t, ["ping"]);
  let settled = false;
  engine.analyze(new Uint8Array(4)).catch(() => {}).finally(() => { settled = true; });
  await pass(600);
  assert.deepEqual([settled, worker.ended], [false, false]);
  assert.equal(worker.asked.filter((name) => name === "ping").length, 120);
});

test("a worker of whom nothing is asked is left in peace", async (t) => {
  const { worker, pass } = await engineOn(t, []);
  await pass(600);
  assert.deepEqual([worker.asked, worker.ended], [["load"], false]);
});

test("errors of a worker while it loads and while it works have codes of their own", async (t) => {
  const fail = (worker) =>
    worker.dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
  const { engine, worker } = await engineOn(t, []);
  const film = engine.analyze(new Uint8Array(4));
  fail(worker);
  await assert.rejects(film, withCode("WORKER_DIED", /out of memory/));
  const other = /** @type {Worker & ScriptedWorker} */ (new ScriptedWorker([]));
  const loading = RemoteEngine.load(other, { model: SOURCE }, null);
  fail(other);
  await assert.rejects(loading, withCode("WORKER_LOAD", /out of memory/));
  assert.deepEqual([worker.ended, other.ended], [true, true]);
});
