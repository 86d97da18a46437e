/* node.js - node tests/engines/node.js VARIANT THREADS: a run of this Node, as JSON.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { load } from "../../web/evax-node.js";
import { runList } from "./list.js";

const [variant, threads] = process.argv.slice(2);
const addressOf = (path) => new URL(`../../${path}`, import.meta.url).pathname;
const run = await runList(load, addressOf, (path) => readFile(addressOf(path)), { variant, threads: Number(threads) });
process.stdout.write(JSON.stringify(run));
