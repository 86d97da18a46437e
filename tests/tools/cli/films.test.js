/* The commands that make use of embeddings: embed, nearest, head fit, head apply, analyze --head. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isNpy, npyOf, rowsOfNpy } from "../../../tools/cli/formats/npy.js";
import { runTool } from "../../support/command-line.js";
import { at, temporaryFolder, withCode } from "../../support/repository.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = writeModel(tinyModel(), join(folder, "tiny"));
const features = writeModel(tinyModel({ classes: 0 }), join(folder, "features"));
const SAMPLES = ["nih_00000001_000.png", "kermany_IM-0117-0001.jpeg",
  "kermany_person101_virus_187.jpeg"].map((name) => at("model", "samples", name));
const COLOR = ["420_progressive", "422", "444"].map((kind) =>
  at("tests", "images", `color_${kind}.jpg`));
const broken = join(folder, "broken.png");
writeFileSync(broken, "not a film");

/** A folder with copies of some files. */
function folderOf(name, files) {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [i, file] of files.entries()) cpSync(file, join(path, `${i}.img`));
  writeFileSync(join(path, ".hidden"), "no film");
  return path;
}
const positive = folderOf("positive", SAMPLES), negative = folderOf("negative", COLOR);
const head = join(folder, "head.json"), set = join(folder, "set.npy");

const evax = (...args) => runTool([...args, "--model", model], { cwd: folder });
const lines = ({ stdout }) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
const fit = (...more) => evax("head", "fit", "--name", "Marker", "--out", head,
  "--positive", positive, "--negative", negative, ...more);

test("embed prints an embedding a line, and a film that fails does not stop the others", () => {
  const run = evax("embed", SAMPLES[0], broken, SAMPLES[1]);
  assert.equal(run.status, 1);
  assert.deepEqual(lines(run).map(({ ok }) => ok), [true, false, true]);
  const [{ embedding, embeddingSpace: made }] = lines(run);
  assert.equal(embedding.length, 8);
  assert.match(made, /^[0-9a-f]{64}$/);
});

test("embed --out writes rows that NumPy and nearest read", () => {
  const rows = lines(evax("embed", ...SAMPLES, "--out", set)).map(({ row }) => row);
  assert.deepEqual(rows, [0, 1, 2]);
  const code = "import sys, numpy; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a[1, 7])";
  const python = spawnSync(process.env.PYTHON ?? "/usr/bin/python3", ["-c", code, set],
    { encoding: "utf8" });
  const value = rowsOfNpy(readFileSync(set))[1][7];
  const [dtype, shape, theirs] = python.stdout.match(/^(\w+) (\(.*\)) (\S+)/).slice(1);
  assert.deepEqual([dtype, shape, Math.fround(Number(theirs))], ["float32", "(3, 8)", value]);
  const [first] = lines(evax("nearest", SAMPLES[2], "--in", set, "--count", "1", "--json"));
  assert.equal(first.file, SAMPLES[2]);
  assert.ok(Math.abs(first.similarity - 1) < 1e-6);
  const alone = join(folder, "alone.npy");
  cpSync(set, alone);
  assert.equal(lines(evax("nearest", SAMPLES[2], "--in", alone, "--count", "1", "--json"))[0].file, "row 2");
  writeFileSync(`${alone}.json`, JSON.stringify({ embeddingSpace: "0".repeat(64), files: SAMPLES }));
  assert.match(evax("nearest", SAMPLES[2], "--in", alone).stderr, /EMBEDDING_MODEL/);
  writeFileSync(`${alone}.json`, JSON.stringify({ embeddingSpace: "", files: ["one"] }));
  assert.match(evax("nearest", SAMPLES[2], "--in", alone).stderr, /does not name the 3 rows.*\n.*SET_INVALID/);
});

test("nearest takes films, lines of embed, or both", () => {
  const known = join(folder, "known.ndjson");
  writeFileSync(known, evax("embed", broken, SAMPLES[0]).stdout);
  const found = lines(evax("nearest", SAMPLES[0], ...COLOR, "--in", known, "--json", "--count", "3"));
  assert.equal(found.length, 3);
  assert.equal(found[0].file, SAMPLES[0]);
  assert.match(evax("nearest", SAMPLES[0], SAMPLES[1]).stdout, /^ *-?\d\.\d{4} {2}.*IM-0117-0001/);
});

test("a set of another model, and one that is none, are refused", () => {
  const other = join(folder, "other.ndjson");
  writeFileSync(other, `${JSON.stringify({ file: "a.png", embeddingSpace: "0", embedding: [1] })}\n`);
  assert.match(evax("nearest", SAMPLES[0], "--in", other).stderr, /a\.png was read by another.*\n.*\[EMB/);
  const run = evax("nearest", SAMPLES[0], "--in", SAMPLES[0]);
  assert.deepEqual([run.status, run.stdout], [1, ""]);
  assert.match(run.stderr, /line 1: not JSON.*\n.*SET_INVALID/);
});

test("NumPy files of other kinds and cut ones are refused for what they are", () => {
  const file = npyOf([Float32Array.of(1, 2), Float32Array.of(3, 4)], 2);
  assert.deepEqual(rowsOfNpy(file), [Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  assert.ok(isNpy(file) && file.length % 64 === 16);
  const text = (from, to) => Buffer.from(file.toString("latin1").replace(from, to), "latin1");
  for (const [bytes, message] of /** @type {[Buffer, RegExp][]} */ ([
    [file.subarray(0, -1), /15 bytes/],
    [file.subarray(0, 9), /./],
    [file.subarray(0, 40), /header/],
    [text("<f4", "<f8"), /float32/],
    [text("False", "True "), /float32/],
    [text("(2, 2)", "(9, 2)"), /not 72/],
    [text("\x01\x00", "\x02\x00"), /version/],
  ])) assert.throws(() => rowsOfNpy(bytes), withCode("SET_INVALID", message));
});

test("head fit prints figures and warnings; head apply and analyze use the head", () => {
  const run = fit();
  assert.deepEqual([run.status, run.stderr], [0, ""]);
  for (const said of [/Marker/, /3 that show it, 3 that do not/, /cross-validation/, /too few/,
    /one patient/]) assert.match(run.stdout, said);
  assert.ok(run.stdout.split("\n").every((line) => line.length <= 80));
  const [applied] = lines(evax("head", "apply", head, SAMPLES[0], "--json"));
  assert.equal(applied.finding.label, "Marker");
  assert.match(evax("head", "apply", head, SAMPLES[0]).stdout, /Marker +[\d.<>]+ .*none[\s\S]*Random/);
  const [{ info }, { findings, customFindings }] = lines(evax("analyze", SAMPLES[0], "--head", head, "--json"));
  assert.deepEqual(findings.map(({ label }) => label), info.labels);
  assert.deepEqual(customFindings, [applied.finding]);
});

test("a film in both folders is refused with its name, and nothing is written", () => {
  const mixed = folderOf("mixed", [...COLOR, SAMPLES[1]]);
  const out = join(folder, "never.json");
  const run = evax("head", "fit", "--name", "Marker", "--out", out,
    "--positive", positive, "--negative", mixed);
  assert.equal(run.status, 1);
  assert.match(run.stderr, /in both classes: .*1\.img.*\n.*HEAD_FILMS/);
  assert.throws(() => readFileSync(out));
});

test("a head of another model, an edited one and a folder that is not there are refused", () => {
  fit();
  const other = runTool(["analyze", SAMPLES[0], "--head", head]);
  assert.deepEqual([other.status, other.stdout], [1, ""]);
  assert.match(other.stderr, /Marker was trained on embeddings of tiny.*\n.*HEAD_MODEL/);
  const changed = join(folder, "changed.json");
  writeFileSync(changed, readFileSync(head, "utf8").replace("Marker", "Better"));
  assert.match(evax("head", "apply", changed, SAMPLES[0]).stderr, /HEAD_INVALID/);
  assert.match(fit("--positive", join(folder, "nowhere")).stderr, /INPUT_UNREADABLE/);
});

test("a feature extractor embeds, compares and trains heads, and names what it cannot do", () => {
  const run = (...args) => runTool([...args, "--model", features]);
  assert.match(run("analyze", SAMPLES[0]).stdout, /feature extractor. Use embed/);
  assert.equal(JSON.parse(run("embed", SAMPLES[0]).stdout).embedding.length, 8);
  const out = join(folder, "features.json");
  assert.equal(run("head", "fit", "--name", "New", "--out", out,
    "--positive", positive, "--negative", negative).status, 0);
  assert.match(run("analyze", SAMPLES[0], "--head", out).stdout, /New +[\d.<>]/);
});

for (const [what, args, message] of /** @type {[string, string[], RegExp][]} */ ([
  ["embed without films", ["embed"], /name of a film/],
  ["nearest without a set", ["nearest", "a.png"], /needs a set/],
  ["nearest with a count of none", ["nearest", "a.png", "b.png", "--count", "0"], /--count/],
  ["head without a verb", ["head"], /head takes fit or apply/],
  ["head with another verb", ["head", "aply"], /did you mean apply\?/],
  ["head fit without a name", ["head", "fit", "--positive", "a"], /needs --positive/],
  ["head apply without films", ["head", "apply", "head.json"], /and films/],
])) {
  test(`${what} is a usage error`, () => {
    const run = evax(...args);
    assert.deepEqual([run.status, run.stdout], [2, ""]);
    assert.match(run.stderr, message);
  });
}

test("a pre-training file, converted, gives embeddings, and says that it has no findings", () => {
  const mim = at("build", "fixtures", "models", "nano_s_mim-f16");
  const run = (...args) => runTool([...args, "--model", mim]);
  const [{ ok, embedding }] = lines(run("embed", SAMPLES[0]));
  assert.ok(ok && embedding.length > 8 && embedding.every(Number.isFinite));
  const { status, stdout } = run("analyze", SAMPLES[0]);
  assert.equal(status, 0);
  assert.match(stdout, /No findings: this model is a feature extractor/);
  const explained = run("analyze", SAMPLES[0], "--explain", "Effusion", "--json");
  assert.equal(explained.status, 2);
  assert.match(explained.stderr, /has no findings/);
});
