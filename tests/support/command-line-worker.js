/* command-line-worker.js - the worker of command-line.js: runs one command line after another.
 * SPDX-License-Identifier: MIT */
import { Readable } from "node:stream";
import { workerData } from "node:worker_threads";
import { run } from "../../tools/cli/main.js";

const { port, done } = workerData;

/** Collects what is written instead of writing it. @param {"stdout" | "stderr"} name */
function collect(name) {
  /** @type {Buffer[]} */ const pieces = [];
  process[name].write = (/** @type {any} */ piece, /** @type {any} */ ...more) => {
    pieces.push(Buffer.from(piece));
    more.find((one) => typeof one === "function")?.();
    return true;
  };
  return () => Buffer.concat(pieces.splice(0)).toString("utf8");
}
const [stdout, stderr] = [collect("stdout"), collect("stderr")];

/** As Node ends a process: what nobody caught is shown, and is failure 1. @param {any} error */
function failed(error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
  return 1;
}

port.on("message", async ({ args, input }) => {
  Object.defineProperty(process, "stdin", { value: Readable.from(input.length ? [Buffer.from(input)] : []), configurable: true });
  const status = await run(args, new AbortController().signal).catch(failed);
  port.postMessage({ status, stdout: stdout(), stderr: stderr() });
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
