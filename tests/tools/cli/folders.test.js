/* evax with folders, as they come from a CD: films without an extension, an index, notes beside them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CLI, at, temporaryFolder } from "../../support/repository.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = writeModel(tinyModel(), join(folder, "tiny"));
const disc = join(folder, "disc"), series = join(disc, "PAT0", "SER1");
mkdirSync(series, { recursive: true });
cpSync(at("tests", "web", "dicom", "files", "cr12.dcm"), join(series, "IM0001"));
cpSync(at("model", "samples", "nih_00000001_000.png"), join(series, "IM0002"));
for (const name of ["DICOMDIR", "readme.txt", "viewer.exe", ".hidden"]) {
  writeFileSync(join(disc, name), "no film");
}
symlinkSync(disc, join(series, "again"));

const evax = (...args) => spawnSync(process.execPath, [CLI, ...args, "--model", model],
  { encoding: "utf8", cwd: folder, timeout: 60_000 });
const lines = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

test("a folder gives the films below it, in order, and says what it leaves out", () => {
  const run = evax("analyze", "disc", "--json");
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(lines(run).map(({ file, input }) => [file, input.format]),
    [["disc/PAT0/SER1/IM0001", "dicom"], ["disc/PAT0/SER1/IM0002", "png"]]);
  assert.match(run.stderr, /readme\.txt: left out, no PNG, JPEG or DICOM file/);
  assert.match(run.stderr, /viewer\.exe: left out/);
  assert.doesNotMatch(run.stderr, /DICOMDIR|hidden|again/);
});

test("embed, nearest and head take folders, too", () => {
  assert.equal(lines(evax("embed", "disc")).length, 2);
  const near = evax("nearest", "disc/PAT0/SER1/IM0001", "disc", "--json");
  assert.equal(lines(near)[0].file, "disc/PAT0/SER1/IM0001");
});

test("a folder without films is an error, not silence", () => {
  mkdirSync(join(folder, "empty"), { recursive: true });
  const run = evax("analyze", "empty");
  assert.equal(run.status, 1);
  assert.match(run.stderr, /there is no film in what was named/);
});

test("the result of a DICOM film carries the reasons that its file gives, and no person's name", () => {
  const run = evax("analyze", "disc/PAT0/SER1/IM0001");
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /DICOM, \d+ x \d+ pixels/);
});

test("--frame chooses a frame, and what is no frame number is refused", () => {
  const film = "disc/PAT0/SER1/IM0001";
  assert.equal(evax("analyze", film, "--frame", "1").status, 0);
  const missing = evax("analyze", film, "--frame", "2");
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /DICOM_FRAME/);
  for (const bad of ["0", "1.5", "one"]) assert.equal(evax("analyze", film, "--frame", bad).status, 2);
});

test("an output that cannot be written is named", () => {
  const run = spawnSync(process.execPath, [CLI, "--help"],
    { encoding: "utf8", stdio: ["ignore", openSync("/dev/full", "w"), "pipe"] });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /the output cannot be written/);
  assert.doesNotMatch(run.stderr, /at .*\.js:/);
});
