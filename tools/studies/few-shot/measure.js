#!/usr/bin/env node
/* measure.js - few-shot learning on the demo model's embeddings: node measure.js DATA OUT.jsonl
 *
 *     for each contrast and each of ten seeds: half of the patients for training, half for testing; 1, 5,
 *     10, 50 films of each class, or all, are drawn from the first half
 *
 * Three learners get the same films: the head (logistic.js), the nearest mean (nearest-mean.js), and the
 * head on a 16 x 16 thumbnail instead of the embedding, the baseline that a model must beat.
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { aucOf } from "../../../web/statistics/auc.js";
import { load } from "../../../web/evax-node.js";
import { fitLogistic, logitOf } from "../../../web/heads/logistic.js";
import { fitPrototype } from "../../../web/heads/nearest-mean.js";
import { randoms, shuffled } from "../../../web/statistics/random.js";
import { rowsOf } from "../index-csv.js";
import { CONTRASTS } from "./films.js";

/** @typedef {{ patient: string, shows: boolean, embedding: Float32Array, thumbnail: Float32Array }}
 *   Film */

const [DATA, OUT] = process.argv.slice(2);
const MODEL = fileURLToPath(new URL("../../../model/demo", import.meta.url));
const SIZES = [1, 5, 10, 50, Infinity];
const SEEDS = 10;
/* Student's t for 95 % and ten draws. */
const T95 = 2.262;
const THUMBNAIL = 16;

/** The mean of 16 x 16 squares of the first plane. @param {Float32Array} chw @param {number} side */
function thumbnailOf(chw, side) {
  const step = side / THUMBNAIL, result = new Float32Array(THUMBNAIL ** 2);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = Math.floor(y / step) * THUMBNAIL + Math.floor(x / step);
      result[at] += chw[y * side + x] / step ** 2;
    }
  }
  return result;
}

/** Every film of any contrast, read once, by path.
 * @param {Awaited<ReturnType<typeof load>>} engine @param {import("./films.js").Row[]} rows */
async function readAll(engine, rows) {
  const films = new Map();
  for (const row of rows.filter((each) => CONTRASTS.some(({ among }) => among(each)))) {
    const input = await engine.preprocess(readFileSync(join(DATA, row.file)));
    const { embedding } = await engine.infer(input);
    films.set(row.file, { embedding, thumbnail: thumbnailOf(input, engine.info.inputSize) });
  }
  return films;
}

/** Half of the patients, and the other half. @param {Film[]} films @param {() => number} random */
function halves(films, random) {
  const patients = shuffled([...new Set(films.map(({ patient }) => patient))], random);
  const first = new Set(patients.slice(0, patients.length / 2));
  return [true, false].map((half) => films.filter(({ patient }) => first.has(patient) === half));
}

/** The AUC of each learner. @param {Film[]} learned @param {Film[]} judged */
function judge(learned, judged) {
  const labels = learned.map(({ shows }) => shows), truth = judged.map(({ shows }) => shows);
  const auc = (/** @type {typeof fitPrototype} */ fit, /** @type {"embedding" | "thumbnail"} */ by) => {
    const line = fit(learned.map((film) => film[by]), labels);
    return aucOf(judged.map((film) => logitOf(line, film[by])), truth);
  };
  return {
    head: auc(fitLogistic, "embedding"),
    prototype: auc(fitPrototype, "embedding"),
    thumbnail: auc(fitLogistic, "thumbnail"),
  };
}

/** Ten draws of a size; null where a half holds too few. @param {Film[]} films @param {number} size */
function draws(films, size) {
  const results = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = randoms(seed);
    const [support, query] = halves(films, random);
    const classes = [true, false].map((value) =>
      shuffled(support.filter(({ shows }) => shows === value), random));
    const fewest = Math.min(...classes.map(({ length }) => length));
    if (Number.isFinite(size) && fewest < size) return null;
    results.push(judge(classes.flatMap((each) => each.slice(0, size)), query));
  }
  return results;
}

/** The mean of ten draws and its 95 % interval. @param {number[]} values */
function summary(values) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  const half = T95 * Math.sqrt(variance / values.length);
  return [mean, mean - half, mean + half].map((value) => Number(value.toFixed(4)));
}

const engine = await load({ model: MODEL, variant: "simd128" });
const rows = rowsOf(DATA), read = await readAll(engine, rows);
const lines = [];
for (const { id, title, among, shows } of CONTRASTS) {
  const films = rows.filter(among).map((row) =>
    ({ patient: row.split_group, shows: shows(row), ...read.get(row.file) }));
  for (const size of SIZES) {
    const results = draws(films, size);
    if (!results) continue;
    lines.push({
      contrast: id, title, model: engine.info.model, features: engine.info.embeddingSpace,
      films: films.length, positive: films.filter((film) => film.shows).length,
      patients: new Set(films.map(({ patient }) => patient)).size,
      per_class: Number.isFinite(size) ? size : "all", draws: results.length,
      head: summary(results.map(({ head }) => head)),
      prototype: summary(results.map(({ prototype }) => prototype)),
      thumbnail: summary(results.map(({ thumbnail }) => thumbnail)),
    });
    const { per_class: many, head, prototype, thumbnail } = lines[lines.length - 1];
    process.stdout.write(`${id} ${many}: head ${head[0]} (${head[1]} to ${head[2]}), `
      + `prototype ${prototype[0]}, thumbnail ${thumbnail[0]}\n`);
  }
}
writeFileSync(OUT, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
