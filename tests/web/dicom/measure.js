/* measure.js - what films cost in Node, as a table: the largest of each kind, and small files that unfold. Each is
 * read by a process of its own (tests/support/measure-film.js). For figures the machine must be idle.
 *
 *     node tests/web/dicom/measure.js [PATTERN]     only films whose name matches
 *
 * Films are made here; those that are compressed need dcmtk and gdcm's tools. Exits 1 if a small file takes over
 * 10 s, or with the 80 MB of Node and an engine over 300 MB, or anything holds the event loop for over 50 ms.
 * SPDX-License-Identifier: MIT */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOMBS } from "../../support/dicom-bombs.js";
import { LARGEST } from "../../support/large-films.js";
import { PICTURE_BOMBS } from "../../support/pictures.js";
import { at } from "../../support/repository.js";

const MOST_MS = 10_000, MOST_MB = 220, MOST_HELD_MS = 50;
const pattern = new RegExp(process.argv[2] ?? "");
const folder = mkdtempSync(join(tmpdir(), "evax-films-"));

/** The film in a file. @param {(folder: string) => Uint8Array | string} make bytes, or a path */
function fileOf(make) {
  const made = make(folder);
  if (typeof made === "string") return made;
  const path = join(folder, "film");
  writeFileSync(path, made);
  return path;
}

/** One row; whether it is within bounds. @param {string} name @param {string} path @param {boolean} small */
function measure(name, path, small) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [at("tests", "support", "measure-film.js"), path],
    { encoding: "utf8" });
  if (status) throw new Error(`${name}: ${stderr}`);
  const { code, wallMs, cpuMs, heldMs, peakMb, sameAfter } = JSON.parse(stdout);
  const good = sameAfter && heldMs <= MOST_HELD_MS && (!small || (wallMs <= MOST_MS && peakMb <= MOST_MB));
  console.log([(statSync(path).size / 1e6).toFixed(2).padStart(8), wallMs.toFixed(0).padStart(7),
    cpuMs.toFixed(0).padStart(7), heldMs.toFixed(0).padStart(7), peakMb.toFixed(0).padStart(6),
    `  ${name}${code && `: ${code}`}${good ? "" : "  <- too much"}`].join(""));
  return good;
}

/** @param {string} title @param {Record<string, (folder: string) => Uint8Array | string>} films @param {boolean} small */
function table(title, films, small) {
  console.log(`\n${title}\n\n      MB     ms  cpu ms held ms    MB`);
  return Object.entries(films).filter(([name]) => pattern.test(name))
    .map(([name, make]) => measure(name, fileOf(make), small));
}

console.log("# make measure-films: of the file; time; processor time of all threads; longest processor time without a");
console.log(`# turn of the event loop; peak memory beyond that of Node and an engine. Node ${process.version}`);
const good = [
  ...table("The largest film of each kind", LARGEST, false),
  ...table("Small files that unfold", { ...BOMBS, ...PICTURE_BOMBS }, true),
];
rmSync(folder, { recursive: true });
process.exitCode = good.every(Boolean) ? 0 : 1;
