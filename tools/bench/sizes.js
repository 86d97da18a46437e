/* sizes.js - what an image costs at other input sizes and with other models, one thread.
 *
 *     node sizes.js BUILD OUT.jsonl OUT.svg
 *
 * Models take turns. Those of other sizes are made by sizes.py. Wants an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { writeFileSync } from "node:fs";
import { load } from "../../web/evax-node.js";
import { machine, median, round, table, writeLines } from "./report.js";

const [BUILD, OUT, PLOT] = process.argv.slice(2);
const ROUNDS = 9;
const ROUND_MS = 500;
const FIXTURES = `${BUILD}/fixtures/models`;
const MODELS = [
  ["S", 160, `${BUILD}/sizes/s_160-q8`], ["S", 224, `${FIXTURES}/s_224-q8`],
  ["S", 320, `${BUILD}/sizes/s_320-q8`], ["S", 384, `${BUILD}/sizes/s_384-q8`],
  ["S", 480, `${FIXTURES}/s_480-q8`],
  ["Ti", 224, `${FIXTURES}/ti_224-q8`], ["B", 224, `${FIXTURES}/b_224-q8`],
];

/** @param {[string, number, string]} model */
async function open([name, side, folder]) {
  const engine = await load({ model: folder, threads: 1 });
  const input = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i) / 2);
  const run = async () => {
    const began = performance.now();
    await engine.infer(input);
    return performance.now() - began;
  };
  await run();
  return { name, side, engine, run, times: [await run()] };
}

const entrants = [];
for (const model of MODELS) entrants.push(await open(model));
for (let r = 0; r < ROUNDS; r++) {
  for (const { run, times } of entrants) {
    for (let spent = 0; spent < ROUND_MS;) {
      times.push(await run());
      spent += times.at(-1);
    }
  }
}
const rows = entrants.map(({ name, side, engine, times }) => ({
  kind: "size", name, side, tokens: (side / 16) ** 2 + 1,
  parameters: engine.info.parameters, median_ms: round(median(times)),
  min_ms: round(Math.min(...times)), wasm_mb: round(engine.memoryBytes / 1e6), runs: times.length,
}));
const at = { ...machine(""), variant: entrants[0].engine.info.variant };
writeLines(OUT, [at, ...rows]);
console.log(table("cost by size, q8, one thread", rows.map(({ kind, ...row }) => row)));

/* ---- the plot ---- */

const PANEL = 360, HEIGHT = 280, LEFT = 56, BOTTOM = 230, TOP = 40;
const most = 1.1 * Math.max(...rows.map(({ median_ms: ms }) => ms));
const y = (ms) => BOTTOM - (ms / most) * (BOTTOM - TOP);

/** A panel: points from left to right, joined. @param {number} left @param {string} title
 * @param {{ x: number, ms: number, label: string }[]} points x from 0 to 1 */
function panel(left, title, points) {
  const x = (place) => left + LEFT + place * (PANEL - LEFT - 40);
  const line = points.map((p) => `${x(p.x).toFixed(1)},${y(p.ms).toFixed(1)}`).join(" ");
  return [
    `<text x="${left + LEFT}" y="22" font-weight="bold">${title}</text>`,
    `<path d="M${x(0)},${TOP}V${BOTTOM}H${x(1)}" fill="none" stroke="#9aa5b1"/>`,
    `<polyline points="${line}" fill="none" stroke="#1769aa" stroke-width="2"/>`,
    ...points.flatMap((p) => [
      `<circle cx="${x(p.x).toFixed(1)}" cy="${y(p.ms).toFixed(1)}" r="4" fill="#1769aa"/>`,
      `<text x="${(x(p.x) - 8).toFixed(1)}" y="${(y(p.ms) - 6).toFixed(1)}" text-anchor="end">`
      + `${Math.round(p.ms)} ms</text>`,
      `<text x="${x(p.x).toFixed(1)}" y="${BOTTOM + 16}" text-anchor="middle">${p.label}</text>`,
    ]),
  ].join("\n");
}

const small = rows.filter(({ name }) => name === "S");
const bySide = small.map(({ side, median_ms: ms }) =>
  ({ x: (side - 120) / 380, ms, label: String(side) }));
const byModel = rows.filter(({ side }) => side === 224)
  .toSorted((a, b) => a.parameters - b.parameters)
  .map(({ name, parameters: n, median_ms: ms }) =>
    ({ x: 0.08 + (0.84 * n) / 87e6, ms, label: `${name} ${Math.round(n / 1e6)}` }));
writeFileSync(PLOT, [
  `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * PANEL}" height="${HEIGHT}"`
  + ` font-family="sans-serif" font-size="12" fill="#52606d">`,
  `<rect width="100%" height="100%" fill="#fff"/>`,
  panel(0, "EVA-X-S by side of the input, px", bySide),
  panel(PANEL, "Models at 224 px by million parameters", byModel),
  `<text x="16" y="${HEIGHT - 10}">Median milliseconds an image, q8, one thread, ${at.variant}.`
  + ` ${at.cpu}, Node ${at.node}, ${at.date}</text>`,
  "</svg>\n",
].join("\n"));
