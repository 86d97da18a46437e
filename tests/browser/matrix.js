#!/usr/bin/env node
/* matrix.js - make test-matrix: runs the browsers' tests, file by file, in Chromium, Firefox and WebKitGTK, and writes what
 * came of them into tests/BROWSERS.txt, row by row as they end. Ends with status 1 if a test fails, or is skipped without
 * a word why.
 *
 *     node tests/browser/matrix.js [BROWSER...] [--suites=page,touch]
 *
 * Rows that the run is not about stay in the table.
 * SPDX-License-Identifier: MIT */
import { spawn } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { cpus, release } from "node:os";
import { fileURLToPath } from "node:url";
import { launch } from "./browsers.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TABLE = fileURLToPath(new URL("../BROWSERS.txt", import.meta.url));
const LIMIT_MS = 900_000;

/** @typedef {import("./browsers.js").BrowserName} BrowserName */
/** @type {Record<BrowserName, string>} */
const TITLES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" };

/** Suites that other browsers cannot run. @type {Record<string, string>} */
const CHROMIUM_ONLY = {
  handling: "drags, pastes, prints and reads the accessibility tree by Chromium's own protocol",
  quota: "sets a quota by Chromium's own protocol",
};

/** What a suite comes to in a browser. failed: names of tests; skipped: names with reasons
 * @typedef {{ version: string, passed: number, failed: string[], skipped: string[], date: string }} Outcome */

/** The tests of one file, from the lines of node's TAP. @param {string} tap @param {number} status of the run */
function outcomesOf(tap, status) {
  const lines = [...tap.matchAll(/^(?<indent> *)(?<not>not )?ok \d+ - (?<name>.*?)(?: # (?<skip>SKIP|TODO) ?(?<why>.*))?$/gm)]
    .map(({ groups }) => /** @type {Record<string, string | undefined>} */ (groups));
  // A group is told after what is in it.
  const tests = lines.filter(({ indent }, at) => (lines[at - 1]?.indent ?? "").length <= indent.length);
  const failed = tests.filter(({ not, skip }) => not && !skip).map(({ name }) => name);
  if (status !== 0 && failed.length === 0) failed.push("the file itself");
  return { passed: tests.filter(({ not, skip }) => !not && !skip).length, failed,
    skipped: tests.filter(({ skip }) => skip).map(({ name, why }) => `${name}: ${why || "NO REASON GIVEN"}`) };
}

/** @param {BrowserName} browser @param {string} suite @returns {Promise<ReturnType<typeof outcomesOf>>} */
const runSuite = (browser, suite) => new Promise((resolve) => {
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap", `--test-timeout=${LIMIT_MS}`, `${HERE}${suite}.test.js`],
    { env: { ...process.env, BROWSER: browser }, stdio: ["ignore", "pipe", "inherit"] });
  let tap = "";
  child.stdout.on("data", (piece) => { tap += piece; });
  child.on("close", (status) => resolve(outcomesOf(tap, status ?? 1)));
});

/** A row, and what is told of it below. @param {string} browser @param {string} suite @param {Outcome} outcome */
function linesOf(browser, suite, { version, passed, failed, skipped, date }) {
  const cells = [browser.padEnd(9), version.padEnd(14), suite.padEnd(12), ...[passed, failed.length, skipped.length].map((n) => String(n).padStart(7)), `  ${date}`];
  return [cells.join(" "), ...failed.map((name) => `    failed: ${name}`), ...skipped.map((text) => `    skipped: ${text}`)];
}

/** The rows of the table that is there, by browser and suite. */
async function readTable() {
  const text = await readFile(TABLE, "utf8").catch(() => "");
  const rows = text.split(/\n(?=(?:Chromium|Firefox|WebKitGTK) )/).slice(1);
  return new Map(rows.map((row) => {
    const [browser, , suite] = row.split(/ +/);
    return [`${browser} ${suite}`, row.trimEnd()];
  }));
}

/** @param {Map<string, string>} rows */
function writeTable(rows) {
  const machine = `${cpus().length} x ${cpus()[0].model}, ${process.platform} ${release()}, Node ${process.versions.node}`;
  return writeFile(TABLE, [
    "# make test-matrix: tests/browser/*.test.js in three browsers, one file after the other; each row with the day of its run",
    `# last run on ${machine}`, "",
    `${"browser".padEnd(9)} ${"version".padEnd(14)} ${"suite".padEnd(12)}  passed  failed skipped   date`,
    ...[...rows.keys()].toSorted().map((key) => rows.get(key)), ""].join("\n"));
}

const args = process.argv.slice(2);
const only = args.find((arg) => arg.startsWith("--suites="))?.slice("--suites=".length).split(",");
const named = /** @type {BrowserName[]} */ (args.filter((arg) => !arg.startsWith("--")));
const suites = (await readdir(HERE)).flatMap((file) => /^(.*)\.test\.js$/.exec(file)?.[1] ?? [])
  .filter((suite) => !only || only.includes(suite));

let wrong = 0;
const rows = await readTable();
for (const browser of named.length ? named : /** @type {BrowserName[]} */ (Object.keys(TITLES))) {
  const one = await launch(browser);
  const version = (await one.version()).replace(/^[^\d]*/, "");
  await one.close();
  for (const suite of suites) {
    const why = browser === "chromium" ? undefined : CHROMIUM_ONLY[suite];
    const found = why ? { passed: 0, failed: [], skipped: [`the suite: ${why}`] } : await runSuite(browser, suite);
    const lines = linesOf(TITLES[browser], suite, { version, ...found, date: new Date().toISOString().slice(0, 10) });
    rows.set(`${TITLES[browser]} ${suite}`, lines.join("\n"));
    await writeTable(rows);
    console.log(lines.join("\n"));
    wrong += found.failed.length + found.skipped.filter((text) => text.endsWith("NO REASON GIVEN")).length;
  }
}
if (wrong) process.exitCode = 1;
