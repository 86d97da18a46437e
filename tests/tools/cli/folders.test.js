/* evax with folders, as they come from a CD: films without an extension, an index, notes beside them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync, cpSync, mkdirSync, openSync, readFileSync, renameSync, symlinkSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { runTool } from "../../support/command-line.js";
import { pngOf } from "../../support/pictures.js";
import { CLI, at, film, temporaryFolder } from "../../support/repository.js";
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

/** A DICOM file up to its pixels. */
const withoutPixels = (file) => file.subarray(0, file.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])));

const evax = (...args) => runTool([...args, "--model", model], { cwd: folder });
const lines = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
const films = (run) => lines(run).filter(({ info }) => !info);

test("a folder gives the films below it, in order, and says what it leaves out", () => {
  const run = evax("analyze", "disc", "--json");
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(films(run).map(({ file, input }) => [file, input.format]),
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
  assert.equal(run.status, 4);
  assert.match(run.stderr, /the output cannot be written/);
  assert.doesNotMatch(run.stderr, /at .*\.js:/);
});

test("a name that is not UTF-8 is a film like any other, found or named", () => {
  const odd = join(folder, "odd");
  const bytes = Buffer.concat([Buffer.from(`${odd}/Th`), Buffer.from([0xf6]), Buffer.from("rax")]);
  mkdirSync(odd);
  mkdirSync(bytes);
  const inside = Buffer.concat([bytes, Buffer.from("/"), Buffer.from([0xe4]), Buffer.from(".png")]);
  writeFileSync(inside, film());
  writeFileSync(join(odd, "Thörax.png"), film());
  const run = evax("analyze", "odd", "--json");
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(films(run).map(({ file }) => file), ["odd/Thörax.png", "odd/Th\udcf6rax/\udce4.png"]);
  assert.match(evax("analyze", "odd").stdout, /^odd\/Th\\xf6rax\/\\xe4\.png$/m);
  const named = spawnSync("bash", ["-c", `"$0" "$1" analyze odd/Th$'\\xf6'rax/* --json --model "$2"`,
    process.execPath, CLI, model], { encoding: "utf8", cwd: folder });
  assert.equal(films(named)[0]?.file, "odd/Th\udcf6rax/\udce4.png", named.stderr);
});

test("a model and a head whose names are not UTF-8 are found, and load() takes them as file: URLs", async () => {
  const copy = (from, name) => {
    const to = Buffer.concat([Buffer.from(`${folder}/${name}`), Buffer.from([0xf6])]);
    cpSync(from, `${folder}/copied`, { recursive: true });
    renameSync(`${folder}/copied`, to);
  };
  copy(model, "model-");
  for (const [set, shade] of /** @type {const} */ ([["with", 200], ["without", 30]])) {
    mkdirSync(join(folder, set));
    for (const i of [1, 2, 3]) writeFileSync(join(folder, set, `${i}.png`), pngOf({ rows: 40, columns: 40,
      data: Uint8Array.from({ length: 1600 }, (_, at) => (shade + at * i) % 256) }));
  }
  const trained = evax("head", "fit", "--positive", "with", "--negative", "without", "--name", "N", "--out", "head.json");
  assert.equal(trained.status, 0, trained.stderr);
  copy(join(folder, "head.json"), "head-");
  const run = spawnSync("bash", ["-c", `"$0" "$1" analyze with/1.png --json --model model-$'\\xf6' --head head-$'\\xf6'`,
    process.execPath, CLI], { encoding: "utf8", cwd: folder });
  assert.equal(run.status, 0, run.stderr);
  assert.ok(JSON.stringify(films(run)[0].customFindings).includes("\"N\""), run.stdout);
  const engine = await load({ model: `file://${folder}/model-%F6` });
  assert.ok(engine.info.labels.length > 0);
  engine.dispose();
});

test("what a folder holds beside films is named: special files, broken links, objects without image", () => {
  const mixed = join(folder, "mixed");
  mkdirSync(mixed);
  writeFileSync(join(mixed, "film.png"), film());
  spawnSync("mkfifo", [join(mixed, "pipe")]);
  cpSync(at("tests", "web", "dicom", "files", "cr12.dcm"), join(mixed, "image"));
  const whole = readFileSync(at("tests", "web", "dicom", "files", "cr12.dcm"));
  writeFileSync(join(mixed, "report"), withoutPixels(whole));
  const run = evax("analyze", "mixed", "--json");
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(films(run).map(({ file }) => file), ["mixed/film.png", "mixed/image"]);
  assert.match(run.stderr, /mixed\/pipe: left out, it is no regular file/);
  assert.match(run.stderr, /mixed\/report: left out, .*pixels/);
  const named = evax("analyze", "mixed/report");
  assert.equal(named.status, 1, "one that was named is a failure");
  symlinkSync("nowhere", join(mixed, "broken"));
  const lost = evax("analyze", "mixed", "--json");
  assert.equal(lost.status, 1);
  assert.equal(films(lost).length, 2);
  assert.match(lost.stderr, /mixed\/broken: cannot be read, ENOENT/);
  assert.match(lost.stderr, /1 of 3 films failed/);
});

const asRoot = process.getuid() === 0 && "root reads everything";
test("folders and files without permission are named, and every other film is read", { skip: asRoot }, () => {
  const closed = join(folder, "closed");
  mkdirSync(join(closed, "sub"), { recursive: true });
  writeFileSync(join(closed, "film.png"), film());
  writeFileSync(join(closed, "locked.png"), film());
  chmodSync(join(closed, "sub"), 0);
  chmodSync(join(closed, "locked.png"), 0);
  const run = evax("analyze", "closed", "--json");
  chmodSync(join(closed, "sub"), 0o755);
  assert.equal(run.status, 1);
  assert.equal(films(run).length, 1);
  assert.match(run.stderr, /closed\/sub: cannot be read, EACCES/);
  assert.match(run.stderr, /closed\/locked\.png: cannot be read, EACCES/);
});
