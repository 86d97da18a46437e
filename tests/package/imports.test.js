/* imports.test.js - imports point one way: a folder imports only what stands before it in LAYERS, so that
 * no two folders need each other. Types in JSDoc may point anywhere: they vanish when the code runs.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { ROOT, at } from "../support/repository.js";

/* As the table in CONTRIBUTING.md; the files right in web/ are the public entries. */
const LAYERS = [
  "web/base", "web/wasm", "web/statistics", "web/evaluate/labels", "web/evaluate/measure", "web/evaluate/report", "web/evaluate", "web/model", "web/dicom/file", "web/dicom/display", "web/dicom/frame", "web/dicom", "web/heads", "web/seal", "web/engine", "web/convert/checkpoint", "web/convert",
  "web/worker", "web/session", "web/picture", "web/page/base", "web/page/films", "web/page/viewer", "web/page/site-card",
  "web/page/results", "web/page/table", "web/page/validation", "web/page/custom-findings", "web/page/export", "web/page/report", "web/page", "web/room", "web", "web/site",
  "tools/cli/base", "tools/cli/formats", "tools/cli/films", "tools/cli",
];
/* The table of addresses stands in web/, to which they are relative, and below all that loads a file. */
const FOLDERS = { "web/package-files.js": "web/base" };
const COMMENT = /\/\*[\s\S]*?\*\//g;
const IMPORT = /(?:\bfrom|\bimport\(?)\s*"(\.[^"]+)"/g;

/** The files that a script imports, as paths in the repository. */
const importsOf = (path) => [...readFileSync(at(path), "utf8").replace(COMMENT, "").matchAll(IMPORT)]
  .map(([, name]) => posix.join(posix.dirname(path), name));

test("every folder imports only folders that stand before it", () => {
  const scripts = execFileSync("git", ["ls-files", "web", "tools/cli"], { cwd: ROOT, encoding: "utf8" }).split("\n")
    .filter((path) => path.endsWith(".js"));
  const folderOf = (path) => FOLDERS[path] ?? posix.dirname(path);
  const unknown = scripts.map(folderOf).filter((folder) => !LAYERS.includes(folder));
  assert.deepEqual([...new Set(unknown)], [], "folders without a place in LAYERS");
  const backward = scripts.flatMap((path) => importsOf(path)
    .filter((other) => LAYERS.indexOf(folderOf(other)) > LAYERS.indexOf(folderOf(path)))
    .map((other) => `${path} imports ${other}`));
  assert.deepEqual(backward, []);
});
