/* speed.js - measures the fit of a head, including the choice of the penalty: node speed.js OUT.jsonl
 *
 * The films are synthetic: random embeddings of decreasing variance, ten values of which shift with the
 * class.
 * SPDX-License-Identifier: MIT */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fitLogistic } from "../../../web/heads/logistic.js";
import { randoms } from "../../../web/statistics/random.js";

const CASES = [[20, 192], [100, 192], [1000, 192], [1000, 384], [1000, 768]];
const RUNS = 11;

/** n embeddings of d values, every other of which shows the finding. */
function madeUp(n, d) {
  const random = randoms(1);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const shows = Array.from({ length: n }, (_, i) => i % 2 === 0);
  const films = shows.map((yes) => Float32Array.from({ length: d },
    (_, c) => normal() / Math.sqrt(1 + c / 4) + (yes && c < 10 ? 0.3 : 0)));
  return { films, shows };
}

const lines = CASES.map(([films, width]) => {
  const given = madeUp(films, width), times = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    fitLogistic(given.films, given.shows);
    times.push(performance.now() - start);
  }
  const [first] = times;
  const median = times.sort((a, b) => a - b)[(RUNS - 1) / 2];
  process.stdout.write(`${films} films of ${width} values: ${median.toFixed(0)} ms, first ${first.toFixed(0)}\n`);
  return { films, width, median_ms: Number(median.toFixed(1)), first_ms: Number(first.toFixed(1)),
    node: process.version, cpu: cpus()[0].model };
});
writeFileSync(process.argv[2], lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
