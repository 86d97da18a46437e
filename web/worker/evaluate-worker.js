/* evaluate-worker.js - a validation's evaluator in a worker; the other side is remote-evaluator.js.
 * SPDX-License-Identifier: MIT */
import { Evaluator } from "../evaluate/evaluator.js";
import { Channel } from "./channel.js";

const evaluator = new Evaluator();

const page = new Channel(/** @type {any} */ (globalThis), {
  heading: (table) => evaluator.heading(table),
  match: (match) => evaluator.match(match),
  report: (measurement, { signal }) => evaluator.report(measurement, {
    signal, onProgress: (done, of) => void page.call("progress", { done, of }),
  }),
});
