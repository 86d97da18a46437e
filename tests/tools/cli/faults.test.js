/* What the command line tool leaves behind when the disk is full or it is interrupted: whole files
 * or none, and what was there before.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runTool } from "../../support/command-line.js";
import { CLI, film, temporaryFolder } from "../../support/repository.js";
import { rowsOfNpy } from "../../../tools/cli/formats/npy.js";
import { pngBytes } from "../../../tools/cli/formats/png.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = writeModel(tinyModel(), join(folder, "model"));
writeFileSync(join(folder, "film.png"), film());
for (const [i, name] of ["positive", "negative"].entries()) {
  mkdirSync(join(folder, name));
  for (let n = 0; n < 6; n++) {
    const data = Uint8ClampedArray.from({ length: 4 * 1024 }, (_, at) => (at * (7 * i + n + 3)) % 256);
    writeFileSync(join(folder, name, `${n}.png`), pngBytes({ width: 32, height: 32, data }));
  }
}

/** Each command that writes a file, the file, and how one of its kind begins.
 * @type {Record<string, [string[], string, string]>} */
const WRITERS = {
  "embed --out": [["embed", "film.png", "--out", "out/set.npy"], "set.npy", "\x93NUMPY"],
  "analyze --explain": [["analyze", "film.png", "--explain", "Finding 0", "--out", "out"],
    "film.Finding_0.png", "\x89PNG\r\n\x1a\n"],
  "head fit": [["head", "fit", "--positive", "positive", "--negative", "negative", "--name", "Stripes",
    "--out", "out/head.json"], "head.json", "{\"format\":\"evax-head\""],
};

for (const [what, [words, name, old]] of Object.entries(WRITERS)) {
  const args = [CLI, ...words, "--model", model];
  const out = join(folder, "out");

  test(`${what} on a full disk: the cause is named, no part of a file stays, an old one does`, () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    writeFileSync(join(out, name), old, "latin1");
    const run = spawnSync("prlimit", ["--fsize=100", process.execPath, ...args],
      { encoding: "utf8", cwd: folder });
    assert.equal(run.status, 4);
    assert.match(run.stderr, /(EFBIG|ENOSPC).*\n.*\[OUTPUT_FAILED\]\n$/);
    assert.deepEqual(readdirSync(out), [name]);
    assert.equal(readFileSync(join(out, name), "latin1"), old);
  });

  test(`${what} interrupted at any moment leaves whole files or none`, async () => {
    const emptied = () => {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
    };
    const left = () => Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(join(out, file))]));
    emptied();
    assert.equal(spawnSync(process.execPath, args, { cwd: folder }).status, 0);
    const whole = left();
    assert.ok(name in whole);
    for (let wait = 40; wait < 400; wait += 90) {
      emptied();
      const child = spawn(process.execPath, args, { cwd: folder, stdio: "ignore" });
      const closed = new Promise((resolve) => { child.on("close", resolve); });
      setTimeout(() => child.kill("SIGINT"), wait);
      await closed;
      for (const [file, bytes] of Object.entries(left())) assert.deepEqual(bytes, whole[file], file);
    }
  });
}

test("a file of another kind is replaced with --force only, a link is replaced and never followed", () => {
  const out = join(folder, "kept"), victim = join(folder, "victim.txt"), link = join(out, "set.npy");
  const embed = (...more) => runTool(["embed", "film.png", "--model", model, ...more], { cwd: folder });
  mkdirSync(out);
  writeFileSync(victim, "precious");
  const refused = embed("--out", victim);
  assert.equal(refused.status, 4);
  assert.match(refused.stderr, /^evax: .*victim\.txt is a file of another kind\n .*\[OUTPUT_EXISTS\]\n$/);
  assert.equal(readFileSync(victim, "utf8"), "precious");
  symlinkSync(victim, link);
  assert.equal(embed("--out", link).status, 0);
  assert.equal(readFileSync(victim, "utf8"), "precious");
  assert.ok(lstatSync(link).isFile());
  assert.equal(embed("--out", link).status, 0, "its own file is replaced");
  assert.equal(embed("--out", victim, "--force").status, 0);
  assert.equal(readFileSync(victim, "latin1").slice(1, 6), "NUMPY");
  assert.deepEqual(readdirSync(out), ["set.npy", "set.npy.json"]);
});

test("--out /dev/stdout writes there, and nothing else does", () => {
  const run = spawnSync(process.execPath, [CLI, "embed", "film.png", "--model", model, "--out", "/dev/stdout"],
    { cwd: folder });
  assert.equal(run.status, 0, String(run.stderr));
  assert.equal(rowsOfNpy(run.stdout).length, 1);
});

test("Ctrl-C is heard while a pipe that was named as a film has no other end", async () => {
  const pipe = join(folder, "pipe");
  spawnSync("mkfifo", [pipe]);
  const child = spawn(process.execPath, [CLI, "analyze", pipe, "--model", model]);
  const closed = new Promise((resolve) => { child.on("close", (code) => resolve(code)); });
  const files = `/proc/${child.pid}/fd`;
  const isOpen = () => readdirSync(files).some((file) => existsSync(join(files, file)) && readlinkSync(join(files, file)) === pipe);
  while (!isOpen()) await new Promise((resolve) => { setTimeout(resolve, 20); });
  child.kill("SIGINT");
  assert.equal(await closed, 130);
});

test("results go on when nobody reads what is said", async () => {
  const child = spawn(process.execPath, [CLI, "analyze", "film.png", "gone.png", "film.png", "--model", model],
    { cwd: folder });
  child.stderr.destroy();
  let text = "";
  child.stdout.on("data", (part) => { text += part; });
  assert.equal(await new Promise((resolve) => { child.on("close", resolve); }), 1);
  assert.equal(text.match(/^film\.png$/gm).length, 2);
});

test("a film that cannot be read is named, and the others are analyzed", () => {
  const run = runTool(["analyze", "film.png", "gone.png", "--model", model], { cwd: folder });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /gone\.png.*ENOENT/);
  assert.match(run.stdout, /^film\.png/m);
});
