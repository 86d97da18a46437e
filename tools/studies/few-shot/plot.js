/* plot.js - plots few-shot.jsonl as curves: node plot.js RESULTS.jsonl OUT.svg
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";

const [FROM, TO] = process.argv.slice(2);
const PANEL = { width: 380, height: 250, left: 44, top: 40, right: 12, bottom: 44 };
const LEARNERS = [["head", "#1769aa", "head"], ["prototype", "#b45309", "nearest mean"],
  ["thumbnail", "#7b8794", "head on a 16 x 16 thumbnail"]];
const LOW = 0.4, HIGH = 1;

const text = (x, y, content, more = "") => `<text x="${x}" y="${y}" ${more}>${content}</text>`;
const xOf = (i, count) => PANEL.left + (i + 0.5) * (PANEL.width - PANEL.left - PANEL.right) / count;
const yOf = (auc) => PANEL.top
  + (HIGH - Math.max(LOW, Math.min(HIGH, auc))) / (HIGH - LOW) * (PANEL.height - PANEL.top - PANEL.bottom);

/** A learner's means as a line, its intervals as bars. */
function curve(rows, name, color, shift) {
  const points = rows.map((row, i) => {
    const [mean, low, high] = row[name];
    return { x: xOf(i, rows.length) + shift, mean: yOf(mean), low: yOf(low), high: yOf(high) };
  });
  const path = points.map(({ x, mean }) => `${x.toFixed(1)},${mean.toFixed(1)}`).join(" ");
  const bars = points.map(({ x, mean, low, high }) =>
    `<path d="M${x.toFixed(1)} ${low.toFixed(1)}V${high.toFixed(1)}" stroke="${color}"/>`
    + `<circle cx="${x.toFixed(1)}" cy="${mean.toFixed(1)}" r="3" fill="${color}"/>`);
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${bars.join("")}`;
}

function panel(rows, column, line) {
  const [{ title, films, positive, patients }] = rows;
  const grid = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((auc) =>
    `<path d="M${PANEL.left} ${yOf(auc)}H${PANEL.width - PANEL.right}" stroke="${auc === 0.5 ? "#7b8794" : "#e4e7eb"}"/>`
    + text(PANEL.left - 6, yOf(auc) + 4, auc.toFixed(1), "text-anchor=\"end\""));
  const sizes = rows.map(({ per_class: size }, i) =>
    text(xOf(i, rows.length), PANEL.height - PANEL.bottom + 16, String(size), "text-anchor=\"middle\""));
  const curves = LEARNERS.map(([name, color], i) => curve(rows, name, color, 5 * (i - 1)));
  return `<g transform="translate(${column * PANEL.width} ${line * PANEL.height})">`
    + text(PANEL.left, 16, title, "font-weight=\"bold\"")
    + text(PANEL.left, 31, `${films} films, ${positive} positive, ${patients} patients`)
    + [...grid, ...sizes, ...curves].join("") + "</g>";
}

const rows = readFileSync(FROM, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const groups = Object.values(Object.groupBy(rows, ({ contrast }) => contrast));
const height = Math.ceil(groups.length / 2) * PANEL.height;
const legend = LEARNERS.map(([, color, name], i) =>
  `<circle cx="${56 + i * 140}" cy="${height + 4}" r="4" fill="${color}"/>`
  + text(66 + i * 140, height + 8, name));
writeFileSync(TO, [
  `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * PANEL.width}" height="${height + 40}"`
  + ` font-family="sans-serif" font-size="12" fill="#52606d">`,
  "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
  ...groups.map((group, i) => panel(group, i % 2, Math.floor(i / 2))),
  ...legend,
  text(PANEL.left, height + 28, "AUC on films of other patients, against films of each class learned from; "
    + "mean of ten draws and its 95 % interval"),
  "</svg>\n",
].join("\n"));
