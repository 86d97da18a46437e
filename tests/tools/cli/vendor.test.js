/* evax vendor: contents only, never links; verified before the first is written; with the licenses. */
import assert from "node:assert/strict";
import {
  cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runTool } from "../../support/command-line.js";
import { temporaryFolder } from "../../support/repository.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = writeModel(tinyModel(), join(folder, "tiny"));
const other = writeModel(tinyModel({ seed: 2 }), join(folder, "other"));
const vendor = (name, from, ...more) => runTool(["vendor", name, "--model", from, ...more], { cwd: folder });
const below = (name) => readdirSync(join(folder, name), { recursive: true, encoding: "utf8" });
const manifest = (name) => readFileSync(join(folder, name, "model", "manifest.json"), "utf8");

test("modules, model and the licenses of all are copied, nothing of Node's", () => {
  const run = vendor("public", model);
  assert.equal(run.status, 0, run.stderr);
  const files = below("public");
  for (const file of ["evax.js", "LICENSE", "dicom/NOTICES.md", "wasm/evax-simd128.wasm", "model/manifest.json"]) {
    assert.ok(files.includes(file), file);
  }
  assert.deepEqual(files.filter((file) => /-node\.js$|\.part$/.test(file)), []);
  const [line] = /src="[^"]+"/.exec(run.stdout);
  assert.equal(line, 'src="public/element.bundle.js"', "one request");
  assert.doesNotMatch(readFileSync(join(folder, "public/element.bundle.js"), "utf8"), /\bfrom\s*"\.|\bimport\s*"/);
});

test("a model of links is copied as contents, and one that a link leads to is not written through", () => {
  const linked = join(folder, "linked"), elsewhere = join(folder, "elsewhere"), target = join(folder, "planted");
  mkdirSync(linked);
  for (const file of readdirSync(model)) symlinkSync(join(model, file), join(linked, file));
  mkdirSync(join(target, "model"), { recursive: true });
  writeFileSync(elsewhere, "precious");
  symlinkSync(elsewhere, join(target, "evax.js"));
  assert.equal(vendor("planted", linked).status, 0);
  assert.equal(readFileSync(elsewhere, "utf8"), "precious");
  for (const file of below("planted")) {
    assert.ok(!lstatSync(join(target, file)).isSymbolicLink(), file);
  }
  const outside = join(folder, "outside"), second = join(folder, "second");
  mkdirSync(outside);
  mkdirSync(second);
  symlinkSync(outside, join(second, "model"));
  assert.match(vendor("second", model).stderr, /model is a link.*\n.*OUTPUT_EXISTS/);
  assert.deepEqual(readdirSync(outside), []);
});

test("a damaged model is refused before anything is written", () => {
  const damaged = join(folder, "damaged");
  cpSync(model, damaged, { recursive: true });
  const last = join(damaged, readdirSync(damaged).filter((file) => file.endsWith(".bin")).sort().at(-1));
  const bytes = readFileSync(last);
  bytes[0] ^= 1;
  writeFileSync(last, bytes);
  const run = vendor("fresh", damaged);
  assert.equal(run.status, 3);
  assert.match(run.stderr, /CHUNK_HASH/);
  assert.ok(!existsSync(join(folder, "fresh")));
});

test("several models go into folders of their own names, and the snippet names them in the order given", () => {
  const run = vendor("several", other, "--model", model);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /<evax-xray model="several\/models\/other\/ several\/models\/tiny\/">/);
  for (const [name, from] of [["other", other], ["tiny", model]]) {
    for (const file of readdirSync(from)) {
      assert.deepEqual(readFileSync(join(folder, "several", "models", name, file)), readFileSync(join(from, file)));
    }
  }
  assert.ok(!existsSync(join(folder, "several", "model", "manifest.json")));
});

test("of several models none is written where one is damaged, or would take the place of another", () => {
  const damaged = join(folder, "broken"), twin = join(folder, "twins", "tiny");
  cpSync(model, damaged, { recursive: true });
  writeFileSync(join(damaged, readdirSync(damaged).find((file) => file.endsWith(".bin"))), "x");
  assert.match(vendor("none", model, "--model", damaged).stderr, /CHUNK_/);
  cpSync(other, twin, { recursive: true });
  assert.match(vendor("none", model, "--model", twin).stderr, /two models are in folders called tiny.*\n.*OPTION_INVALID/);
  assert.ok(!existsSync(join(folder, "none")));
  assert.equal(vendor("full", model, "--model", other).status, 0);
  const refused = vendor("full", twin, "--model", other);
  assert.match(refused.stderr, /models.tiny holds another model.*\n.*OUTPUT_EXISTS/);
  assert.equal(vendor("full", twin, "--model", other, "--force").status, 0);
});

test("only vendor takes several models", () => {
  const run = runTool(["info", "--model", model, "--model", other]);
  assert.equal(run.status, 2);
  assert.match(run.stderr, /info takes one --model/);
});

test("another model is replaced with --force only", () => {
  assert.equal(vendor("site", model).status, 0);
  const before = manifest("site");
  assert.equal(vendor("site", model).status, 0, "the same model again");
  const refused = vendor("site", other);
  assert.equal(refused.status, 4);
  assert.match(refused.stderr, /holds another model.*\n.*OUTPUT_EXISTS/);
  assert.equal(manifest("site"), before);
  assert.equal(vendor("site", other, "--force").status, 0);
  assert.notEqual(manifest("site"), before);
  renameSync(join(folder, "site"), join(folder, "moved"));
});
