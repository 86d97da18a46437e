/* q8.js - what rounding to q8 does to scores: models of drawn weights in q8 against the same in f32, film by film.
 *
 *     node q8.js DATA CONFIG...      prints a line for each set of weights, and one for each CONFIG
 *
 * DATA: a folder of films with an index.csv (tools/studies/sanity/films.js). CONFIG: of tests/golden/weights.py, whose
 * set 0 the official code ran on. The f32 path is held to the official code's results by make fidelity.
 * SPDX-License-Identifier: MIT */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert, load } from "../../../web/evax-node.js";
import { testFilms } from "../sanity/films.js";

const [DATA, ...CONFIGS] = process.argv.slice(2);
const SETS = [0, 1, 2];
const DATASETS = ["nih", "kermany", "hannover"];
const FILMS_EACH = 10;
const DRAW = fileURLToPath(new URL("../../../tests/golden/weights.py", import.meta.url));

/** What a model makes of a film. @typedef {{ logits: number[], scores: number[] }} Outputs */

/** The films that are compared, as bytes of their files. */
async function readFilms() {
  const lists = DATASETS.map((name) => testFilms(DATA, name).slice(0, FILMS_EACH));
  return Promise.all(lists.flat().map(({ path }) => readFile(path)));
}

/** @param {string} checkpoint @param {"f32" | "q8"} dtype @param {Uint8Array[]} films @returns {Promise<Outputs[]>} */
async function outputsOf(checkpoint, dtype, films) {
  const engine = await load({ model: await convert(checkpoint, { dtype }), variant: "simd128" });
  const outputs = [];
  for (const film of films) {
    const { findings } = await engine.analyze(film);
    outputs.push({ logits: findings.map(({ logit }) => logit), scores: findings.map(({ score }) => score) });
  }
  engine.dispose();
  return outputs;
}

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** @param {Outputs[]} exact @param {Outputs[]} rounded what there is to say of each film */
const differences = (exact, rounded) => exact.map(({ logits, scores }, i) => {
  const other = rounded[i];
  return {
    cosine: dot(logits, other.logits) / Math.sqrt(dot(logits, logits) * dot(other.logits, other.logits)),
    score: Math.max(...scores.map((score, k) => Math.abs(score - other.scores[k]))),
  };
});

/** @typedef {ReturnType<typeof differences>} Differences */

/** @param {string} name @param {Differences} films */
function print(name, films) {
  const cosines = films.map(({ cosine }) => cosine), scores = films.map(({ score }) => score);
  const mean = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b) / values.length;
  process.stdout.write(`${name.padEnd(14)} films ${String(films.length).padStart(3)}`
    + `  cosine lowest ${Math.min(...cosines).toFixed(6)} mean ${mean(cosines).toFixed(6)}`
    + `  largest difference of a score ${Math.max(...scores).toFixed(4)} mean over films ${mean(scores).toFixed(4)}\n`);
}

/** @param {string} config @param {number} set @param {Uint8Array[]} films */
async function compare(config, set, films) {
  const folder = await mkdtemp(join(tmpdir(), "evax-fidelity-"));
  try {
    const checkpoint = join(folder, "drawn.safetensors");
    execFileSync(process.env.PYTHON ?? "python3", [DRAW, config, checkpoint, String(set)]);
    return differences(await outputsOf(checkpoint, "f32", films), await outputsOf(checkpoint, "q8", films));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const films = await readFilms();
for (const config of CONFIGS) {
  /** @type {Differences} */
  const all = [];
  for (const set of SETS) {
    const found = await compare(config, set, films);
    print(`${config} set ${set}`, found);
    all.push(...found);
  }
  print(`${config} all`, all);
}
