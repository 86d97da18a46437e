/* measure-film.js - what reading one film costs, in a process of its own:
 *
 *     node measure-film.js FILE [OTHER=cr12.dcm]
 *
 * reads OTHER of tests/web/dicom/files, FILE, and OTHER again, and prints one line of JSON, of the time from the call to its answer:
 *     code        of the error; "" if the film was read
 *     wallMs, cpuMs; the latter of all threads
 *     heldMs      the longest time between two turns of the event loop: of this thread's processor where Node
 *                 tells it (24 and newer), so that other programs do not count
 *     turns       how often it ran, looked at once a millisecond
 *     peakMb      of the whole process, beyond what it took before
 *     sameAfter   whether OTHER is then read as before
 *
 * What is given seconds here (a frame's decoder) has them of this process's processor time: other programs do not count.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { bytesOf, read } from "./dicom-films.js";
import { processorMs } from "./processor-time.js";

const [file, other = "cr12.dcm"] = process.argv.slice(2);
const scores = async () => (await read(bytesOf(other))).findings.map(({ logit }) => logit).join();
const millisecondsOf = ({ user, system }) => (user + system) / 1000;
const clock = process.threadCpuUsage ? () => millisecondsOf(process.threadCpuUsage()) : () => performance.now();

/* Longer waits are watched every tenth of a second. clearTimeout() ends an interval as well. */
const plainTimeout = globalThis.setTimeout;
globalThis.setTimeout = /** @type {any} */ ((work, ms, ...rest) => {
  if (ms < 1000) return plainTimeout(work, ms, ...rest);
  const end = processorMs() + ms;
  const watch = setInterval(() => {
    if (processorMs() < end) return;
    clearInterval(watch);
    work(...rest);
  }, 100);
  return watch;
});

const bytes = new Uint8Array(readFileSync(file));
const before = await scores();
const [memory, cpuStart, start] = [process.resourceUsage().maxRSS, processorMs(), performance.now()];
let [turns, last, heldMs] = [0, clock(), 0];
const turn = () => {
  const now = clock();
  [turns, last, heldMs] = [turns + 1, now, Math.max(heldMs, now - last)];
  next = setTimeout(turn, 1); // not at once, which would take the processor from the decoder
};
let next = setTimeout(turn, 1);
const { code = "" } = await read(bytes, { frame: 1 }).catch((error) => error);
clearTimeout(next);
turn();
clearTimeout(next);
const wallMs = performance.now() - start;
const cpuMs = processorMs() - cpuStart;
const peakMb = (process.resourceUsage().maxRSS - memory) / 1000;
const sameAfter = before === await scores();
console.log(JSON.stringify({ code, wallMs, cpuMs, heldMs, turns, peakMb, sameAfter }));
process.exit(0);
