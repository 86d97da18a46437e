#!/usr/bin/env node
/* explain.js - measures the cost of attention maps against one inference, in this Node:
 *
 *     node tools/bench/explain.js MODEL...      folders of models
 *
 * Medians in milliseconds; one: the first label after an inference, all: every label, another: a result
 * whose pass has to be run again, sums: the contributions of every label.
 * SPDX-License-Identifier: MIT */
import { basename } from "node:path";
import { load } from "../../web/evax-node.js";
import { median, round, table } from "./report.js";

const ROUNDS = 7;

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param {string} model */
async function row(model) {
  const engine = await load({ model, threads: 1 });
  const { labels, inputSize: size, dtype, variant } = engine.info;
  const film = Float32Array.from({ length: 3 * size ** 2 }, (_, i) => Math.sin((i % size ** 2) ** 2 % 977));
  const taken = { inference: [], one: [], all: [], another: [], sums: [] };
  const note = async (name, work) => taken[name].push(await timed(work));
  for (let i = 0; i < ROUNDS; i++) {
    let result = await engine.infer(film);
    const each = async (options) => {
      for (const label of labels) await engine.explain(result, label, options);
    };
    await note("sums", () => each({ method: "contribution" }));
    await note("one", () => engine.explain(result, labels[0]));
    result = await engine.infer(film);
    await note("all", () => each({}));
    await note("inference", () => engine.infer(film.map((value) => value / 2)));
    await note("another", () => engine.explain(result, labels[0]));
  }
  const ms = Object.fromEntries(Object.entries(taken).map(([name, list]) => [name, round(median(list))]));
  const part = (value) => (value / ms.inference).toFixed(2);
  return { model: basename(model), dtype, variant, labels: labels.length, ...ms,
    "one / inference": part(ms.one), "all / inference": part(ms.all) };
}

const rows = [];
for (const model of process.argv.slice(2)) rows.push(await row(model));
console.log(table("attention maps, ms", rows));
