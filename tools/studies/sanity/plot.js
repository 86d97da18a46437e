/* plot.js - the sanity check's curves: node plot.js RESULTS.jsonl OUT.svg
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";

const [FROM, TO] = process.argv.slice(2);
const WIDTH = 760;
const HEIGHT = 340;
const PANEL = { width: 320, height: 210, top: 44 };
const LEFTS = { deletion: 50, insertion: 420 };
const COLORS = { "grad-cam": "#1769aa", contribution: "#b8480f", random: "#7b8794", center: "#3c7d3c" };
const DASHES = { "grad-cam": "", contribution: "", random: "4 3", center: "1 3" };
const TEXT = "#3e4c59";

/** @param {number} x @param {number} y @param {string} content @param {string} [more] */
const text = (x, y, content, more = "") => `<text x="${x}" y="${y}" ${more}>${content}</text>`;

/** @param {number[]} list */
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

/** The mean logits of a test, by map, with both ends. @param {any[]} films @param {string} test
 * @param {number} steps */
function meanCurves(films, test, steps) {
  const ends = ["full", "empty"].map((end) => mean(films.map((film) => film[end])));
  const [first, last] = test === "deletion" ? ends : ends.reverse();
  return Object.keys(COLORS).map((map) => ({ map, ys: [first,
    ...Array.from({ length: steps }, (_, i) => mean(films.map((film) => film[test][map][i]))), last] }));
}

/** @param {string} test @param {ReturnType<typeof meanCurves>} curves @param {number[]} xs
 * @param {[number, number]} range of all logits */
function panel(test, curves, xs, [low, high]) {
  const left = LEFTS[/** @type {keyof typeof LEFTS} */ (test)];
  const bottom = PANEL.top + PANEL.height;
  const at = (/** @type {number} */ x, /** @type {number} */ y) => [left + x * PANEL.width,
    bottom - ((y - low) / (high - low)) * PANEL.height].map((v) => v.toFixed(1)).join(",");
  const lines = curves.map(({ map, ys }) => `<polyline points="${ys.map((y, i) => at(xs[i], y)).join(" ")}"`
    + ` fill="none" stroke="${COLORS[/** @type {keyof typeof COLORS} */ (map)]}" stroke-width="2"`
    + ` stroke-dasharray="${DASHES[/** @type {keyof typeof DASHES} */ (map)]}"/>`);
  const ticks = [0, 0.5, 1].map((x) => text(left + x * PANEL.width, bottom + 16, `${100 * x} %`,
    "text-anchor=\"middle\""));
  const heights = [low, high].map((y) => text(left - 6, bottom - ((y - low) / (high - low)) * PANEL.height + 4,
    y.toFixed(1), "text-anchor=\"end\""));
  const title = test === "deletion" ? "Deletion: patches taken out, highest first (lower is better)"
    : "Insertion: patches put in, highest first (higher is better)";
  return [`<rect x="${left}" y="${PANEL.top}" width="${PANEL.width}" height="${PANEL.height}" fill="none"`
    + ` stroke="#cbd2d9"/>`, text(left, PANEL.top - 12, title), ...lines, ...ticks, ...heights].join("\n");
}

/** @param {any[]} lines of the results */
function draw([run, ...lines]) {
  const films = lines.filter(({ kind }) => kind === "film");
  const xs = [0, ...run.steps, 1];
  const tests = Object.keys(LEFTS).map((test) => ({ test, curves: meanCurves(films, test, run.steps.length) }));
  const all = tests.flatMap(({ curves }) => curves.flatMap(({ ys }) => ys));
  const range = /** @type {[number, number]} */ ([Math.floor(2 * Math.min(...all)) / 2,
    Math.ceil(2 * Math.max(...all)) / 2]);
  const legend = Object.entries(COLORS).map(([map, color], i) => {
    const x = LEFTS.deletion + 130 * i;
    return `<line x1="${x}" y1="292" x2="${x + 24}" y2="292" stroke="${color}" stroke-width="2"`
      + ` stroke-dasharray="${DASHES[/** @type {keyof typeof DASHES} */ (map)]}"/>${text(x + 30, 296, map)}`;
  });
  const note = `Mean logit of the explained finding over ${run.films} films; ${run.model}, ${run.date}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"`
    + ` font-family="sans-serif" font-size="11" fill="${TEXT}">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...tests.map(({ test, curves }) => panel(test, curves, xs, range)),
    ...legend, text(LEFTS.deletion, 324, note), "</svg>\n",
  ].join("\n");
}

writeFileSync(TO, draw(readFileSync(FROM, "utf8").trim().split("\n").map((line) => JSON.parse(line))));
