/* node.js - node tests/engines/node.js VARIANT THREADS: a run of this Node, as JSON.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { load } from "../../web/evax-node.js";
import { runList } from "./list.js";

const [variant, threads] = process.argv.slice(2);
const addressOf = (path) => new URL(`../../${path}`, import.meta.url).pathname;
const options = { variant: /** @type {"simd128" | "relaxed"} */ (variant), threads: Number(threads) };
const run = await runList(load, addressOf, (path) => readFile(addressOf(path)), options);
process.stdout.write(JSON.stringify(run));
