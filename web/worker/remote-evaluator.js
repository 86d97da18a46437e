/* remote-evaluator.js - the evaluator of web/evaluate in a worker, with its methods.
 *
 * The worker starts with the first call. A call that is aborted ends it, at once and whatever it is doing, and so does an
 * error of the worker itself; the next call starts another one.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { Channel } from "./channel.js";

/** @typedef {import("../evaluate/evaluator.js").Evaluator} Evaluator */
/** @typedef {import("../evaluate/evaluator.js").EvaluatorCall} EvaluatorCall */

export class RemoteEvaluator {
  #start;
  /** @type {{ worker: Worker, channel: Channel } | null} */ #running = null;
  /** Of the call under way. @type {(done: number, of: number) => void} */ #onProgress = () => {};

  /** @param {() => Worker} start starts a worker that runs evaluate-worker.js; throws why it cannot */
  constructor(start) {
    this.#start = start;
  }

  /** As Evaluator.heading. @type {Evaluator["heading"]} */
  heading(table, options) {
    return this.#call("heading", table, options);
  }

  /** As Evaluator.match. @type {Evaluator["match"]} */
  match(match, options) {
    return this.#call("match", match, options);
  }

  /** As Evaluator.report. @type {Evaluator["report"]} */
  report(measurement, options) {
    return this.#call("report", measurement, options);
  }

  /** Ends the worker. Calls under way reject with DISPOSED. */
  dispose() {
    this.#end(new EvaxError("DISPOSED"));
  }

  /** @param {string} name @param {unknown} args @param {EvaluatorCall} [options] @returns {Promise<any>} */
  async #call(name, args, { signal, onProgress = () => {} } = {}) {
    signal?.throwIfAborted();
    this.#running ??= this.#make();
    const { channel } = this.#running;
    this.#onProgress = onProgress;
    const answer = channel.call(name, args, { signal });
    const leave = () => { // at once: the next call must not be told to a worker that ends
      if (this.#running?.channel === channel) this.dispose();
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await answer;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  #make() {
    const worker = this.#start();
    const channel = new Channel(worker, { progress: ({ done, of }) => this.#onProgress(done, of) });
    const failed = (/** @type {Event} */ event) => {
      event.preventDefault();
      const { message } = /** @type {ErrorEvent} */ (event);
      if (this.#running?.worker === worker) this.#end(new EvaxError("WORKER_DIED", message || "evaluate-worker.js"));
    };
    worker.addEventListener("error", failed);
    worker.addEventListener("messageerror", failed);
    return { worker, channel };
  }

  /** @param {EvaxError} error that calls under way get */
  #end(error) {
    this.#running?.worker.terminate();
    this.#running?.channel.close(error);
    this.#running = null;
  }
}
