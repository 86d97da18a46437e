/* node.js - node tests/engines/node.js VARIANT THREADS [MODEL...]: a run of this Node, as JSON.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { load } from "../../web/evax-node.js";
import { runList } from "./list.js";

const [variant, threads, ...models] = process.argv.slice(2);
const alive = setInterval(() => {}, 1000); // an emulated start is slow, and nothing else keeps Node waiting
const addressOf = (path) => new URL(`../../${path}`, import.meta.url).pathname;
const options = { variant: /** @type {"simd128" | "relaxed"} */ (variant), threads: Number(threads),
  ...(models.length && { models }) };
const run = await runList(load, addressOf, (path) => readFile(addressOf(path)), options);
process.stdout.write(JSON.stringify(run));
clearInterval(alive);
