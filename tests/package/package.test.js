/* The package as it is shipped: what it holds, and what a browser gets to see of it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ERROR_CODES, EvaxError, load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";
import { CLI, at } from "../support/repository.js";

const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));

test("nothing is needed at run time, and nothing runs when it is installed", () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
});

/* Built from packages that are not installed with this one. */
const BUILT = /\.bundle\.js$/;

/** Every file that an entry reaches by import. */
function reached(file, seen = new Set()) {
  if (seen.has(file) || BUILT.test(file)) return seen;
  seen.add(file);
  const text = readFileSync(at("web", file), "utf8");
  const named = text.matchAll(/^(?:import|export) .*?from "(.*?)";|[^{]import\("(\..*?)"\)/gms);
  for (const [, still, later] of named) {
    const name = still ?? later;
    assert.ok(/^\.\.?\//.test(name) || (file.endsWith("-node.js") && name.startsWith("node:")),
      `${file} imports ${name}`);
    if (name.startsWith(".")) reached(join(dirname(file), name), seen);
  }
  return seen;
}

test("the demo model can be named: load(demoModel) of eva-x-web/demo", async () => {
  const { info } = await load(demoModel);
  assert.equal(info.labels.length, 14);
});

test("a browser never sees a node: import, whatever bundler it comes through", () => {
  const { browser, default: other, node } = manifest.exports["."];
  assert.equal(browser, "./web/evax.js");
  assert.equal(other, "./web/evax.js");
  assert.ok(![...reached("evax.js")].some((file) => file.endsWith("-node.js")));
  assert.ok(reached(node.slice("./web/".length)).has("model/source-node.js"));
});

test("both entries export the same names", async () => {
  const [browser, node] = await Promise.all([import("../../web/evax.js"), import("eva-x-web")]);
  assert.deepEqual(Object.keys(browser), Object.keys(node));
});

test("what package.json names is there", () => {
  for (const path of [...Object.values(manifest.bin), manifest.exports["."].node,
    manifest.exports["."].browser]) assert.ok(existsSync(at(path)), path);
});

test("every code has a message and a hint", () => {
  for (const code of ERROR_CODES) {
    const error = new EvaxError(code, "detail", { cause: 1 });
    assert.ok(error instanceof Error && error.name === "EvaxError" && error.code === code);
    assert.match(error.message, /^.{8,}: detail$/);
    assert.match(error.hint, /^[A-Z].*\.$/);
    assert.equal(error.cause, 1);
  }
});

test("every code is one that something throws", () => {
  const scripts = ["web", "tools"].flatMap((folder) => readdirSync(at(folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(at(folder, name), "utf8")));
  const words = [...scripts, readFileSync(at("src", "evax.h"), "utf8")].join("\n");
  const idle = ERROR_CODES.filter((code) =>
    !words.includes(`"${code}"`) && !new RegExp(`EVX_E_${code}\\b`).test(words));
  assert.deepEqual(idle, []);
});

test("it works where making code from strings is forbidden", () => {
  const film = at("model", "samples", "nih_00000001_000.png");
  const args = ["--disallow-code-generation-from-strings", CLI, "analyze", "--json", film];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 0);
  assert.equal(JSON.parse(stdout.split("\n")[1]).ok, true);
});
