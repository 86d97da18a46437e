/* names.test.js - every file says what it is, and what comments and documents name is there: files, folders and the Makefile's
 * targets.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ROOT, at } from "../support/repository.js";

const TEXT = /\.(?:js|c|h|md|py|sh|mk)$|(?:^|\/)Makefile$/;
const FILE = /(?<![\w@/.$*{<-])((?:\.{1,2}\/)*(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:js|c|h|py|md|sh|mk))(?![\w.*-]|\()/g;
const FOLDER = /`((?:src|web|tools|tests|model|examples)\/(?:[\w-]+\/)*)`/g;
const TARGET = /`make ([a-z][\w-]*)(?![\w/-])/g;
/* What is built, what a command writes where it is told to, and what is not this project's. */
const ELSEWHERE = /\.bundle\.js$|(?:^|\/)script-digests\.js$|^dist\/|^evax\/|^(?:DIR|OUT|BENCH-README)\b|^(?:LiteRT\.js|eva_x\.py|unistd\.h|jidctint\.c)$/;

const paths = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
/** A document, or the comments of a script without the types in them. */
function proseOf(path) {
  const text = readFileSync(at(path), "utf8");
  if (path.endsWith(".md")) return text;
  const comment = /\.(?:js|c|h)$/.test(path) ? /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm : /#.*$|"""[\s\S]*?"""/gm;
  return [...text.matchAll(comment)].map(([words]) => words.replace(/import\("[^"]*"\)/g, "")).join("\n");
}
const prose = paths.filter((path) => TEXT.test(path) && !/NOTICES/.test(path)).map((path) => [path, proseOf(path)]);
/** Names of a kind that are not there, each with where it stands. */
const missing = (pattern, isThere) => prose.flatMap(([path, text]) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].filter((name) => !isThere(name)).map((name) => `${path}: ${name}`));

test("every file and folder that a comment or a document names is in the tree", () => {
  const ends = new Set(paths.flatMap((path) => path.split("/").map((_, i, parts) => parts.slice(i).join("/"))));
  const bare = (name) => name.replace(/^(?:\.{1,2}\/)+/, "");
  assert.deepEqual(missing(FILE, (name) => ends.has(bare(name)) || ELSEWHERE.test(bare(name))), []);
  assert.deepEqual(missing(FOLDER, (name) => paths.some((path) => path.startsWith(name))), []);
});

test("every target of make that they name is in the Makefile", () => {
  const makefiles = paths.filter((path) => /(?:^|\/)Makefile$|\.mk$/.test(path)).map((path) => readFileSync(at(path), "utf8")).join("\n");
  const targets = new Set([...makefiles.matchAll(/^([\w -]+)&?:(?!=)/gm)].flatMap(([, names]) => names.split(" ")));
  assert.ok(targets.has("test"));
  assert.deepEqual(missing(TARGET, (name) => targets.has(name)), []);
});

test("every file of code says at its top what it is", () => {
  const silent = paths.filter((path) => /\.(?:js|c|h|py|sh)$/.test(path)).filter((path) => {
    const top = readFileSync(at(path), "utf8").replace(/^#!.*\n/, "");
    return !/^(?:\/\*\*?|\/\/|#|""")\s*(?!SPDX)\S/.test(top);
  });
  assert.deepEqual(silent, []);
});
