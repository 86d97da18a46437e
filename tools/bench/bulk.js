#!/usr/bin/env node
/* bulk.js - how many films a second `evax analyze` reads with one job on one core and with a job on each, a quarter of
 * COUNT films; and the most memory that it takes for these and for all: what bench-bulk prints.
 *
 *     node tools/bench/bulk.js FOLDER [COUNT [MODEL]]    films, again and again in their order until there are COUNT
 *
 * Each run is a process of its own, and its time includes that of its start and of loading the model. One core is
 * taskset's (Debian's util-linux).
 * SPDX-License-Identifier: MIT */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../cli/evax.js", import.meta.url));
/* Run by Node before the command line tool: the most memory that the process held, to be said at its end. */
const PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + ' KiB\\n'));")}`;

/** @param {string} list names of films, parted by NUL @param {string[]} prefix @param {string[]} options */
function run(list, prefix, options) {
  const start = performance.now();
  const command = [...prefix, process.execPath, "--import", PEAK, CLI, "analyze", "--json", "--quiet", "--files-from", "-",
    ...options];
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { input: list, maxBuffer: 1 << 30 });
  if (status) throw new Error(`${command.join(" ")} ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - start) / 1000;
  const films = stdout.toString().split("\n").filter((line) => line.startsWith("{\"file\"")).length;
  const peak = Number(/peak (\d+) KiB/.exec(stderr.toString())?.[1]) / 1024;
  return { films, seconds, peak, stdout };
}

const [folder, count = "2000", model] = process.argv.slice(2);
if (!folder) throw new Error("usage: bulk.js FOLDER [COUNT [MODEL]]");
const names = readdirSync(folder).filter((name) => /\.(png|jpe?g|dcm)$/i.test(name)).sort();
const listOf = (/** @type {number} */ films) =>
  Array.from({ length: films }, (_, i) => join(folder, names[i % names.length])).join("\0");
const cores = availableParallelism();
const rest = model ? ["--model", model] : [];
const [few, many] = [listOf(Math.ceil(Number(count) / 4)), listOf(Number(count))];
const one = run(few, ["taskset", "-c", "0"], ["--jobs", "1", "--threads", "1", ...rest]);
const all = run(few, [], ["--jobs", String(cores), ...rest]);
const long = run(many, [], ["--jobs", String(cores), ...rest]);
const runs = [["1 job, 1 core", one], [`${cores} jobs`, all], [`${cores} jobs`, long]];
for (const [what, { films, seconds, peak }] of /** @type {[string, ReturnType<typeof run>][]} */ (runs)) {
  console.log(`${what.padEnd(14)} ${String(films).padStart(6)} films, ${seconds.toFixed(1)} s, ${(films / seconds).toFixed(1)} films/s, `
    + `at most ${Math.round(peak)} MiB`);
}
console.log(`${(one.seconds / all.seconds).toFixed(2)} times as fast; the same bytes: ${one.stdout.equals(all.stdout)}`);
