/* plot.js - plots results.jsonl as a bar chart of latency: node plot.js RESULTS.jsonl OUT.svg
 * SPDX-License-Identifier: MIT */
import { writeFileSync } from "node:fs";
import { readLines } from "./report.js";

const [FROM, TO] = process.argv.slice(2);
const WIDTH = 760, LABEL = 210, BAR = 18, GAP = 26, ROOM = WIDTH - LABEL - 70;
const TITLES = { ti_224: "EVA-X-Ti, 224 px", s_224: "EVA-X-S, 224 px",
  b_224: "EVA-X-B, 224 px", s_480: "EVA-X-S, 480 px" };
const OURS = "#1769aa", THEIRS = "#9aa5b1", TEXT = "#52606d";

const escaped = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

const text = (x, y, content, more = "") =>
  `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`;

const threadsOf = (n) => (n === 1 ? "1 thread" : `${n} threads`);

/** One contestant. @param {any} row @param {number} y @param {number} scale pixels a millisecond */
function bar(row, y, scale) {
  const width = Math.max(1, row.median_ms * scale);
  const color = row.name.startsWith("eva-x-web") ? OURS : THEIRS;
  return [
    text(LABEL - 8, y + 13, `${row.name}, ${threadsOf(row.threads)}`, "text-anchor=\"end\""),
    `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 4}"`
    + ` fill="${color}"/>`,
    text(LABEL + width + 6, y + 13, `${Math.round(row.median_ms)} ms`),
  ].join("\n");
}

/** One model, fastest first. @param {string} config @param {any[]} rows @param {number} top */
function panel(config, rows, top) {
  const scale = ROOM / Math.max(...rows.map(({ median_ms }) => median_ms));
  const sorted = rows.toSorted((a, b) => a.median_ms - b.median_ms);
  const bars = sorted.map((row, i) => bar(row, top + GAP + i * BAR, scale));
  return [text(LABEL, top + 16, TITLES[config], "font-weight=\"bold\""), ...bars].join("\n");
}

const height = (rows) => GAP + rows.length * BAR + 14;

/** @param {any[]} lines of results.jsonl */
function draw(lines) {
  const at = lines.find(({ kind }) => kind === "machine");
  const groups = Object.entries(Object.groupBy(lines.filter(({ kind }) => kind === "peer"),
    ({ config }) => config));
  const parts = [];
  let top = 8;
  for (const [config, rows] of groups) {
    parts.push(panel(config, rows, top));
    top += height(rows);
  }
  const note = `Median milliseconds an image. ${at.cpu}, ${at.browser}, ${at.date}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top + 28}"`
    + ` font-family="sans-serif" font-size="12" fill="${TEXT}">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    text(16, top + 14, note),
    "</svg>\n",
  ].join("\n");
}

writeFileSync(TO, draw(readLines(FROM)));
