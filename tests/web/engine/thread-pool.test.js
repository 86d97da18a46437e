/* What a page does for the engine's worker: it starts helpers, says what becomes of them, and ends them.
 * The worker's side and the page's talk as in a browser; the helpers are scripted.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../../../web/worker/channel.js";
import { Crew } from "../../../web/engine/thread-pool.js";
import { Helpers, threadsOf } from "../../../web/engine/threads.js";

/** The crew of an engine in a worker, and the page that starts its helpers as `Worker` says. */
function crewAndPage(t, Worker) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  globalThis.Worker = Worker;
  t.after(() => delete globalThis.Worker);
  const helpers = new Helpers();
  new Channel(port1, helpers.handlers);
  const crew = new Crew(threadsOf(new Channel(port2, {})).startHelper);
  [port1, port2].forEach((port) => port.start());
  return { crew, helpers };
}

/** A helper that says `word` when it has its task; all of them are kept in `started`. */
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

test("helpers that say so are at work, and go home with the crew, each by itself", async (t) => {
  const started = [];
  const { crew } = crewAndPage(t, scripted("message", started));
  crew.hire({ thread: 1 });
  crew.hire({ thread: 2 });
  await crew.gathered();
  assert.deepEqual([crew.size, crew.note, started.map(({ thread }) => thread)], [2, "", [1, 2]]);
  started[0].dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
  await turn();
  assert.deepEqual([crew.size, crew.note], [1, "a thread ended: out of memory"]);
  assert.deepEqual(started.map(({ ended }) => ended), [true, false]);
  crew.end();
  await turn();
  assert.deepEqual(started.map(({ ended }) => ended), [true, true]);
});

test("helpers end with the engine's worker, which cannot ask for it any more", async (t) => {
  const started = [];
  const { crew, helpers } = crewAndPage(t, scripted("message", started));
  crew.hire({ thread: 1 });
  await crew.gathered();
  helpers.end();
  assert.deepEqual(started.map(({ ended }) => ended), [true]);
});

test("a helper that fails to load is done without, and the note says why", async (t) => {
  const { crew } = crewAndPage(t, scripted("error", []));
  crew.hire({ thread: 1 });
  await crew.gathered();
  assert.deepEqual([crew.size, crew.note], [0, "a thread did not start: its script cannot be loaded"]);
});

test("a page that may start none is done without, and the note says why", async (t) => {
  const { crew } = crewAndPage(t, class {
    constructor() {
      throw new Error("blocked by the page's policy");
    }
  });
  crew.hire({ thread: 1 });
  await crew.gathered();
  assert.deepEqual([crew.size, crew.note], [0, "a thread did not start: blocked by the page's policy"]);
});
