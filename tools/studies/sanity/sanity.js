#!/usr/bin/env node
/* sanity.js - do the attention maps say anything about the model? On real films, for each the finding
 * that is highest above its threshold:
 *
 *     deletion, insertion    Grad-CAM and contribution against a random order and nearness to the center
 *     shuffled weights       how like the maps stay, in ranks, when the model loses its head, its last
 *                            block, everything
 *
 *     node tools/studies/sanity/sanity.js FOLDER OUT.jsonl [MODEL]
 *
 * FOLDER holds the films and index.csv (films.js). One JSON object a line: kind "run", "film" (each
 * film's curves), "area" and "likeness" (means over films with intervals, which are also printed).
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { METHODS } from "../../../web/engine/attention-map.js";
import { load } from "../../../web/evax-node.js";
import { STEPS, area, curve, emptied, ranked } from "./curves.js";
import { randoms } from "../../../web/statistics/random.js";
import { testFilms } from "./films.js";
import { shuffledModel } from "./shuffled.js";

const DATASETS = ["nih", "kermany"];
const FILMS = 24; // of each data set
const RESAMPLES = 1000;
const MAPS = [...METHODS, "random", "center"];
const [FOLDER, OUT, MODEL = fileURLToPath(new URL("../../../model/demo", import.meta.url))] =
  process.argv.slice(2);

/** What of the model is in disorder. @type {Record<string, (name: string, depth: number) => boolean>} */
const LOSSES = {
  head: (name) => name === "head.weight",
  "head and last block": (name, depth) => name === "head.weight" || name.startsWith(`blocks.${depth - 1}.`),
  everything: () => true,
};

/** The finding to explain: the one with the largest score against its threshold; null if none is above.
 * @param {import("../../../web/evax.js").Analysis} analysis */
function strongest({ findings }) {
  const above = findings.filter((finding) => finding.above);
  const excess = (/** @type {any} */ { score, threshold }) => score / threshold;
  return above.length ? above.reduce((a, b) => (excess(b) > excess(a) ? b : a)).label : null;
}

/** @param {number} grid */
const centerMap = (grid) => Array.from({ length: grid * grid }, (_, i) => {
  const [y, x] = [Math.floor(i / grid), i % grid].map((at) => at - (grid - 1) / 2);
  return -(x * x + y * y);
});

/** @param {ArrayLike<number>} values @returns {number[]} mean ranks */
function ranks(values) {
  const order = Array.from(values, (value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const out = new Array(order.length);
  for (let i = 0, j; i < order.length; i = j) {
    for (j = i; j < order.length && order[j].value === order[i].value; j++);
    for (let k = i; k < j; k++) out[order[k].i] = (i + j - 1) / 2;
  }
  return out;
}

/** Spearman's correlation; 0 where a map is flat. @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b */
function likeness(a, b) {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  const product = (/** @type {number[]} */ p, /** @type {number[]} */ q) =>
    p.reduce((sum, value, i) => sum + (value - mean) * (q[i] - mean), 0);
  return product(x, y) / (Math.sqrt(product(x, x) * product(y, y)) || 1);
}

/** Mean and 95 % interval, by resampling films. @param {number[]} values */
function interval(values) {
  const random = randoms(3);
  const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / list.length;
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(values.map(() => values[Math.floor(random() * values.length)]))).sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => Number(means[Math.floor(q * RESAMPLES)].toFixed(4));
  return { mean: Number(mean(values).toFixed(4)), ci95: [at(0.025), at(0.975)] };
}

/** @param {import("../../../web/evax.js").Engine} engine @param {Uint8Array} film @param {string} label */
async function mapsOf(engine, film, label) {
  const analysis = await engine.analyze(film);
  const maps = /** @type {Record<string, ArrayLike<number>>} */ ({});
  for (const method of METHODS) maps[method] = (await engine.explain(analysis, label, { method })).raw;
  return maps;
}

/** Deletion and insertion of one film. @param {import("../../../web/evax.js").Engine} engine
 * @param {Uint8Array} film @param {string} label @param {Record<string, ArrayLike<number>>} maps
 * @param {() => number} random */
async function curves(engine, film, label, maps, random) {
  const { inputSize: size, labels } = engine.info;
  const chw = await engine.preprocess(film);
  const empty = emptied(chw);
  const logit = async (/** @type {Float32Array} */ tensor) =>
    (await engine.infer(tensor)).logits[labels.indexOf(label)];
  const ends = { full: await logit(chw), empty: await logit(empty) };
  const deletion = /** @type {Record<string, number[]>} */ ({});
  const insertion = /** @type {Record<string, number[]>} */ ({});
  for (const name of MAPS) {
    const order = ranked(maps[name], random);
    deletion[name] = await curve(chw, empty, order, size, logit);
    insertion[name] = await curve(empty, chw, order, size, logit);
  }
  return { ...ends, deletion, insertion };
}

/** @param {import("../../../web/evax.js").Engine} engine @param {Record<string, any>} lost engines */
async function films(engine, lost) {
  const random = randoms(5);
  const lines = [];
  const grid = engine.info.inputSize / 16;
  for (const dataset of DATASETS) {
    let count = 0;
    for (const { file, path } of testFilms(FOLDER, dataset)) {
      const film = await readFile(path);
      const label = strongest(await engine.analyze(film));
      if (!label) continue;
      const own = await mapsOf(engine, film, label);
      const likenesses = /** @type {Record<string, Record<string, number>>} */ ({});
      for (const [loss, other] of Object.entries(lost)) {
        const maps = await mapsOf(other, film, label);
        likenesses[loss] = Object.fromEntries(METHODS.map((m) => [m, likeness(own[m], maps[m])]));
      }
      const maps = { ...own, random: Array.from({ length: grid * grid }, random), center: centerMap(grid) };
      lines.push({ kind: "film", file, dataset, label,
        ...await curves(engine, film, label, maps, random), likeness: likenesses });
      if (++count === FILMS) break;
    }
  }
  return lines;
}

/** Means over the films. @param {any[]} lines of kind film */
function summary(lines) {
  const areas = ["deletion", "insertion"].flatMap((test) => MAPS.map((map) => {
    const of = (/** @type {any} */ line, /** @type {string} */ name) => (test === "deletion"
      ? area(line.full, line.deletion[name], line.empty)
      : area(line.empty, line.insertion[name], line.full));
    const less = lines.map((line) => of(line, map) - of(line, "random"));
    return { kind: "area", test, map, ...interval(lines.map((line) => of(line, map))),
      minusRandom: interval(less) };
  }));
  const likenesses = Object.keys(LOSSES).flatMap((loss) => METHODS.map((map) =>
    ({ kind: "likeness", loss, map, ...interval(lines.map((line) => line.likeness[loss][map])) })));
  return [...areas, ...likenesses];
}

/** Numbers as they are worth keeping. @param {string} _key @param {unknown} value */
const short = (_key, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value);

if (!OUT) throw new Error("usage: sanity.js FOLDER OUT.jsonl [MODEL]");
const started = performance.now();
const manifest = await readFile(join(MODEL, "manifest.json"));
const { depth } = JSON.parse(manifest.toString()).architecture;
const engine = await load({ model: MODEL, variant: "simd128" });
const lost = /** @type {Record<string, any>} */ ({});
for (const [loss, chosen] of Object.entries(LOSSES)) {
  const model = await shuffledModel(MODEL, (name) => chosen(name, depth));
  lost[loss] = await load({ model, variant: "simd128" });
}
const lines = await films(engine, lost);
const results = summary(lines);
const run = {
  kind: "run", model: engine.info.model, manifestSha256: createHash("sha256").update(manifest).digest("hex"),
  films: lines.length, steps: STEPS, date: new Date().toISOString().slice(0, 10),
};
await writeFile(OUT, [run, ...results, ...lines].map((line) => `${JSON.stringify(line, short)}\n`).join(""));
for (const { kind, ...rest } of results) process.stdout.write(`${kind}: ${JSON.stringify(rest)}\n`);
process.stdout.write(`${lines.length} films in ${Math.round((performance.now() - started) / 1000)} s\n`);
