/* report.js - writes results as JSON lines and prints them as tables.
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** The machine on which the numbers were measured. @param {string} browser version, or "" without one */
export const machine = (browser) => ({
  kind: "machine",
  cpu: cpus()[0].model,
  cores: cpus().length,
  node: process.version,
  v8: process.versions.v8,
  browser,
  date: new Date().toISOString().slice(0, 10),
});

/** The least cosine of an engine's logits with those of the official code to be compared at all. It is
 * low because other engines quantize in their own way, and these weights have outliers. */
export const MIN_INT8_COSINE = 0.95;

/** @param {string} path @param {object[]} lines */
export const writeLines = (path, lines) =>
  writeFileSync(path, lines.map((line) => JSON.stringify(line) + "\n").join(""));

/** @param {string} path @returns {any[]} */
export const readLines = (path) =>
  readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Rounded to four significant digits, which is the precision of a timing. @param {number} value */
export const round = (value) => Number(value.toPrecision(4));

/**
 * Rows as aligned text: words to the left, numbers to the right.
 * @param {string} title
 * @param {object[]} rows of the same members
 */
export function table(title, rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (row, column) => String(row[column] ?? "");
  const width = (c) => Math.max(c.length, ...rows.map((row) => cell(row, c).length));
  const pad = (text, row, c) =>
    typeof row[c] === "string" ? text.padEnd(width(c)) : text.padStart(width(c));
  const head = columns.map((c) => pad(c, rows[0], c));
  const body = rows.map((row) => columns.map((c) => pad(cell(row, c), row, c)).join("  "));
  return ["", title, head.join("  "), ...body].join("\n").trimEnd();
}
