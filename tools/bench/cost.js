/* cost.js - plots sizes.jsonl as two lines of milliseconds: node cost.js SIZES.jsonl OUT.svg
 * SPDX-License-Identifier: MIT */
import { writeFileSync } from "node:fs";
import { readLines } from "./report.js";

const [FROM, TO] = process.argv.slice(2);
const [at, ...rows] = readLines(FROM);

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
writeFileSync(TO, [
  `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * PANEL}" height="${HEIGHT}"`
  + ` font-family="sans-serif" font-size="12" fill="#52606d">`,
  `<rect width="100%" height="100%" fill="#fff"/>`,
  panel(0, "EVA-X-S by side of the input, px", bySide),
  panel(PANEL, "Models at 224 px by million parameters", byModel),
  `<text x="16" y="${HEIGHT - 10}">Median milliseconds an image, q8, one thread, ${at.variant}.`
  + ` ${at.cpu}, Node ${at.node}, ${at.date}</text>`,
  "</svg>\n",
].join("\n"));
