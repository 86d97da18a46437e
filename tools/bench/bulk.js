#!/usr/bin/env node
/* bulk.js - how many films a second `evax analyze` reads on one core and on all, and the most memory that it takes: what
 * bench-bulk prints.
 *
 *     node tools/bench/bulk.js FOLDER [COUNT [MODEL]]    films, again and again in their order until there are COUNT
 *
 * A quarter of the films is read with one job on one core; with one process a core side by side, each its share of them, which is
 * as fast as this machine can be, whatever the program; and by one process with a job a core. All of them are then read so.
 * Each run's time includes its start and loading the model. Cores are bound by taskset (Debian's util-linux).
 * SPDX-License-Identifier: MIT */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../cli/evax.js", import.meta.url));
/* Run by Node before the command line tool: the most memory that the process held, to be said at its end. */
const PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + ' KiB\\n'));")}`;

/** @typedef {{ films: number, seconds: number, peak: number, output: Buffer }} Run peak: MiB, of all processes together */

/** One process. @param {string[]} names of films @param {string[]} prefix @param {string[]} options @returns {Promise<Run>} */
async function run(names, prefix, options) {
  const start = performance.now();
  const command = [...prefix, process.execPath, "--import", PEAK, CLI, "analyze", "--json", "--quiet", "--files-from", "-", ...options];
  const child = spawn(command[0], command.slice(1));
  child.stdin.end(names.join("\0"));
  const [output, errors, [status]] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, "close")]);
  if (status) throw new Error(`${command.join(" ")} ended with ${status}: ${errors}`);
  const films = output.toString().split("\n").filter((line) => line.startsWith("{\"file\"")).length;
  return { films, seconds: (performance.now() - start) / 1000, peak: Number(/peak (\d+) KiB/.exec(errors)?.[1]) / 1024, output };
}

/** One process a core, side by side. @param {string[]} names @param {number} count of cores @param {string[]} options @returns {Promise<Run>} */
async function sideBySide(names, count, options) {
  const share = (/** @type {number} */ core) => names.slice(Math.floor(names.length * core / count), Math.floor(names.length * (core + 1) / count));
  const runs = await Promise.all(Array.from({ length: count }, (_, core) => run(share(core), onCore(core), options)));
  return {
    films: runs.reduce((sum, { films }) => sum + films, 0), seconds: Math.max(...runs.map(({ seconds }) => seconds)),
    peak: runs.reduce((sum, { peak }) => sum + peak, 0), output: Buffer.concat(runs.map(({ output }) => output)),
  };
}

/** @param {number} core */
const onCore = (core) => ["taskset", "-c", String(core)];

const [folder, count = "2000", model] = process.argv.slice(2);
if (!folder) throw new Error("usage: bulk.js FOLDER [COUNT [MODEL]]");
const there = readdirSync(folder).filter((name) => /\.(png|jpe?g|dcm)$/i.test(name)).sort();
const many = Array.from({ length: Number(count) }, (_, i) => join(folder, there[i % there.length]));
const few = many.slice(0, Math.ceil(many.length / 4));
const cores = availableParallelism(), rest = model ? ["--model", model] : [];
const single = ["--jobs", "1", "--threads", "1", ...rest], all = ["--jobs", String(cores), ...rest];

const one = await run(few, onCore(0), single), apart = await sideBySide(few, cores, single), team = await run(few, [], all);
const runs = [["1 job, 1 core", one], [`${cores} processes`, apart], [`${cores} jobs`, team], [`${cores} jobs`, await run(many, [], all)]];
for (const [what, { films, seconds, peak }] of /** @type {[string, Run][]} */ (runs)) {
  console.log(`${what.padEnd(14)} ${String(films).padStart(6)} films, ${seconds.toFixed(1)} s, ${(films / seconds).toFixed(1)} films/s, `
    + `at most ${Math.round(peak)} MiB`);
}
console.log(`${(one.seconds / team.seconds).toFixed(2)} times as fast as one core, processes apart ${(one.seconds / apart.seconds).toFixed(2)} times; `
  + `the same bytes: ${one.output.equals(team.output)}`);
