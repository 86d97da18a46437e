/* command-line.js - the command line tool within a test: what it would print and end with as a process. It runs in a
 * worker, which is started once a file: most of the time of a process of its own is Node's.
 *
 * What belongs to the process is tested by starting one: raw bytes in names, signals, a reader that goes away, full disks.
 * SPDX-License-Identifier: MIT */
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";

const MOST_MS = 60_000;

/** @type {{ port: import("node:worker_threads").MessagePort, done: Int32Array } | null} */
let tool = null;

function start() {
  const { port1: port, port2: far } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("command-line-worker.js", import.meta.url),
    { workerData: { port: far, done }, transferList: [far] });
  worker.unref();
  return { port, done };
}

/** Runs a command line to its end.
 * @param {string[]} args @param {{ cwd?: string, input?: string | Uint8Array }} [options] input: of standard input
 * @returns {{ status: number, stdout: string, stderr: string }} */
export function runTool(args, { cwd = process.cwd(), input = "" } = {}) {
  tool ??= start();
  const before = process.cwd();
  process.chdir(cwd); // the worker's as well
  try {
    Atomics.store(tool.done, 0, 0);
    tool.port.postMessage({ args, input });
    if (Atomics.wait(tool.done, 0, 0, MOST_MS) === "timed-out") throw new Error(`no end of evax ${args.join(" ")}`);
    return receiveMessageOnPort(tool.port).message;
  } finally {
    process.chdir(before);
  }
}
