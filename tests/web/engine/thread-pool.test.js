/* What a page does for the engine's worker: it starts worker threads, reports how they end, and ends them.
 * The worker's side and the page's talk as in a browser; the threads are scripted.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../../../web/worker/channel.js";
import { ThreadPool } from "../../../web/engine/thread-pool.js";
import { planThreads } from "../../../web/engine/modules.js";
import { PageThreads, maxThreads, threadsThrough } from "../../../web/engine/threads.js";

/** What starts a thread, as far as these threads look at it.
 * @type {(thread: number) => import("../../../web/engine/thread-pool.js").ThreadStart} */
const task = (thread) => /** @type {any} */ ({ thread });

/** The pool of an engine in a worker, and the page that starts its threads as `Worker` says. */
function poolAndPage(t, Worker) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  globalThis.Worker = Worker;
  t.after(() => delete globalThis.Worker);
  const workerThreads = new PageThreads();
  new Channel(port1, workerThreads.handlers);
  const pool = new ThreadPool(threadsThrough(new Channel(port2, {})).startThread);
  [port1, port2].forEach((port) => port.start());
  return { pool, workerThreads };
}

/** A worker thread that posts `word` when it has its task; all of them are kept in `started`. */
const scripted = (word, started) => class extends EventTarget {
  ended = false;

  constructor() {
    super();
    started.push(this);
  }

  postMessage({ thread }) {
    this.thread = thread;
    queueMicrotask(() => this.dispatchEvent(new Event(word)));
  }

  terminate() {
    this.ended = true;
  }
};

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test("threads that report ready are counted, and each is ended with the pool", async (t) => {
  const started = [];
  const { pool } = poolAndPage(t, scripted("message", started));
  pool.spawn(task(1));
  pool.spawn(task(2));
  await pool.whenReady();
  assert.deepEqual([pool.size, pool.note, started.map(({ thread }) => thread)], [2, "", [1, 2]]);
  started[0].dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
  await turn();
  assert.deepEqual([pool.size, pool.note], [1, "a thread ended: out of memory"]);
  assert.deepEqual(started.map(({ ended }) => ended), [true, false]);
  pool.end();
  await turn();
  assert.deepEqual(started.map(({ ended }) => ended), [true, true]);
});

test("worker threads end with the engine's worker, which can no longer ask for it", async (t) => {
  const started = [];
  const { pool, workerThreads } = poolAndPage(t, scripted("message", started));
  pool.spawn(task(1));
  await pool.whenReady();
  workerThreads.end();
  assert.deepEqual(started.map(({ ended }) => ended), [true]);
});

test("without a thread that fails to load the pool goes on, and the note says why", async (t) => {
  const { pool } = poolAndPage(t, scripted("error", []));
  pool.spawn(task(1));
  await pool.whenReady();
  assert.deepEqual([pool.size, pool.note], [0, "a thread did not start: its script cannot be loaded"]);
});

test("a page that may start none is done without, and the note says why", async (t) => {
  const { pool } = poolAndPage(t, class {
    constructor() {
      throw new Error("blocked by the page's policy");
    }
  });
  pool.spawn(task(1));
  await pool.whenReady();
  assert.deepEqual([pool.size, pool.note], [0, "a thread did not start: blocked by the page's policy"]);
});

/** What a page plans for a model of the size of S, by what its browser says.
 * @param {{ isolated: boolean, processors?: number, shares?: boolean }} says */
function planned({ isolated, processors, shares = true }) {
  const had = ["crossOriginIsolated", "navigator", "SharedArrayBuffer"].map((name) => /** @type {const} */ ([name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  const say = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
  say("crossOriginIsolated", isolated);
  say("navigator", { hardwareConcurrency: processors });
  if (!shares) say("SharedArrayBuffer", undefined);
  try {
    return planThreads("auto", /** @type {any} */ ({ maxThreads }), 22e6);
  } finally {
    for (const [name, own] of had) own ? Object.defineProperty(globalThis, name, own) : delete globalThis[name];
  }
}

test("a browser that hides how many processors there are gets four threads, of which the quickest number is found", () => {
  for (const processors of [undefined, 0]) {
    assert.deepEqual(planned({ isolated: true, processors }), { threads: 4, note: "" });
  }
  assert.deepEqual(planned({ isolated: true, processors: 6 }), { threads: 6, note: "" });
  assert.equal(planned({ isolated: true, processors: 128 }).threads, 8);
  assert.deepEqual(planned({ isolated: true, processors: 1 }), { threads: 1, note: "this machine has one processor" });
  const { threads, note } = planned({ isolated: false, processors: undefined });
  assert.deepEqual([threads, note], [1, "the page is not cross-origin isolated"]);
  assert.deepEqual(planned({ isolated: true, processors: 6, shares: false }), { threads: 1, note: "this browser shares no memory between threads" });
});
