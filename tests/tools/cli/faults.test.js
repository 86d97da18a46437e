/* What the command line tool leaves behind when the disk is full or it is interrupted: whole files
 * or none, and what was there before.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CLI, film, temporaryFolder } from "../../support/repository.js";
import { pngBytes } from "../../../tools/cli/png.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = writeModel(tinyModel(), join(folder, "model"));
writeFileSync(join(folder, "film.png"), film());
for (const [i, name] of ["positive", "negative"].entries()) {
  mkdirSync(join(folder, name));
  for (let n = 0; n < 6; n++) {
    const pixels = Uint8Array.from({ length: 1024 }, (_, at) => (at * (7 * i + n + 3)) % 256);
    const picture = { width: 32, height: 32, channels: 1, data: pixels };
    writeFileSync(join(folder, name, `${n}.png`), pngBytes(picture));
  }
}

/* Each command that writes a file, and the file. */
const WRITERS = {
  "embed --out": [["embed", "film.png", "--out", "out/set.npy"], "set.npy"],
  "analyze --explain": [["analyze", "film.png", "--explain", "Finding 0", "--out", "out"],
    "film.Finding_0.png"],
  "head fit": [["head", "fit", "--positive", "positive", "--negative", "negative", "--name", "Stripes",
    "--out", "out/head.json"], "head.json"],
};

for (const [what, [words, name]] of Object.entries(WRITERS)) {
  const args = [CLI, ...words, "--model", model];
  const out = join(folder, "out");

  test(`${what} on a full disk: the cause is named, no part of a file stays, an old one does`, () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    writeFileSync(join(out, name), "old");
    const run = spawnSync("prlimit", ["--fsize=100", process.execPath, ...args],
      { encoding: "utf8", cwd: folder });
    assert.notEqual(run.status, 0);
    assert.match(run.stderr, /EFBIG|ENOSPC/);
    assert.deepEqual(readdirSync(out), [name]);
    assert.equal(readFileSync(join(out, name), "utf8"), "old");
  });

  test(`${what} interrupted at any moment leaves a whole file or none`, async () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    assert.equal(spawnSync(process.execPath, args, { cwd: folder }).status, 0);
    const whole = readFileSync(join(out, name));
    for (let wait = 40; wait < 400; wait += 90) {
      rmSync(join(out, name), { force: true });
      const child = spawn(process.execPath, args, { cwd: folder, stdio: "ignore" });
      const closed = new Promise((resolve) => { child.on("close", resolve); });
      setTimeout(() => child.kill("SIGINT"), wait);
      await closed;
      const left = readdirSync(out);
      assert.deepEqual(left.filter((file) => file !== name), []);
      if (left.length) assert.deepEqual(readFileSync(join(out, name)), whole);
    }
  });
}

test("a film that cannot be read is named, and the others are analyzed", () => {
  const args = [CLI, "analyze", "film.png", "gone.png", "--model", model];
  const run = spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /gone\.png.*ENOENT/);
  assert.match(run.stdout, /^film\.png/m);
});
