/* The command line tool: what it prints where, and how it ends. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { version } from "../../../web/evax-node.js";
import { runTool } from "../../support/command-line.js";
import { CLI, DEMO, VARIANTS, at, temporaryFolder } from "../../support/repository.js";
import { serveModel } from "../../support/server.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const FILM = at("model", "samples", "nih_00000001_000.png");
const folder = temporaryFolder();
const broken = join(folder, "broken.png");
writeFileSync(broken, "not a film");

const evax = (...args) => runTool(args, { cwd: folder });
/** The same as a process. */
const started = (...args) => spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", cwd: folder, timeout: 120_000 });

test("analyze prints a table of 80 columns with every finding, and the notice", () => {
  const { status, stdout, stderr } = evax("analyze", FILM);
  assert.deepEqual([status, stderr], [0, ""]);
  for (const text of ["Atelectasis", "Hernia", "above", "below", "validated", "1024 x 1024",
    "not a medical device", "Threshold", "NIH ChestX-ray14"]) assert.ok(stdout.includes(text), text);
  const tooLong = stdout.split("\n").filter((line) => line.length > 80 && !line.includes(folder)
    && !line.includes("nih_0000") && !/^=+$/.test(line));
  assert.deepEqual(tooLong, []);
  assert.doesNotMatch(stdout, /\u001b|diagnos|risk|healthy/i);
});

test("analyze --json prints the model once, then one object a film, and nothing else on standard output", () => {
  const { status, stdout, stderr } = started("analyze", "--json", FILM, broken, FILM, "nowhere.png");
  assert.equal(status, 1);
  const [{ info }, ...lines] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.match(info.notice, /not a medical device/);
  assert.equal(info.facts.length, 14);
  assert.deepEqual(lines.map(({ ok }) => ok), [true, false, true, false]);
  assert.deepEqual(lines.map(({ file }) => file), [FILM, broken, FILM, "nowhere.png"]);
  assert.equal(lines[0].findings.length, 14);
  assert.equal(lines[0].embedding.length, 192);
  assert.deepEqual(Object.keys(lines[0].findings[0]), ["label", "logit", "score", "threshold", "above"]);
  assert.ok(stdout.split("\n")[1].length < 7000, "what is the same for all films is not said with each");
  assert.deepEqual(lines[2].findings, lines[0].findings);
  assert.deepEqual(lines.map(({ error }) => error?.code),
    [undefined, "IMAGE_FORMAT", undefined, "INPUT_UNREADABLE"]);
  assert.match(stderr, /broken\.png: .*\n.*IMAGE_FORMAT/);
  assert.match(stderr, /2 of 4 films failed/);
});

test("one bad film does not stop the table of the others", () => {
  const { status, stdout, stderr } = evax("analyze", broken, FILM);
  assert.equal(status, 1);
  assert.match(stdout, /Atelectasis/);
  assert.match(stderr, /Export the film as PNG, JPEG or DICOM/);
});

test("variants can be chosen", () => {
  for (const variant of VARIANTS) {
    assert.match(evax("analyze", FILM, "--variant", variant).stdout, new RegExp(`q8, ${variant}`));
  }
});

test("a model without facts gives findings and scores, and says that there is no more", () => {
  const model = writeModel(tinyModel(), join(folder, "tiny"));
  const { status, stdout } = evax("analyze", FILM, "--model", model);
  assert.equal(status, 0);
  assert.match(stdout, /Finding 2 +0\.\d\d\d\n\nNo thresholds/);
});

test("a score that equals its threshold is below it in the table and in the JSON", () => {
  const model = tinyModel();
  const plain = writeModel(model, join(folder, "plain"));
  const json = (place) => JSON.parse(evax("analyze", FILM, "--json", "--model", place).stdout.split("\n")[1]);
  const [{ label, score }] = json(plain).findings;
  model.manifest.findings = { [label]: { threshold: score } };
  const equal = writeModel(model, join(folder, "equal"));
  assert.equal(json(equal).findings[0].above, false);
  assert.match(evax("analyze", FILM, "--model", equal).stdout, /Finding 0 .*below/);
});

test("a feature extractor says that it has no findings", () => {
  const model = writeModel(tinyModel({ classes: 0 }), join(folder, "features"));
  assert.match(evax("analyze", FILM, "--model", model).stdout, /feature extractor/);
});

test("info prints what was measured, and --json the same as data", () => {
  const { status, stdout } = evax("info");
  assert.equal(status, 0);
  assert.match(stdout, /5,527,886/);
  assert.match(stdout, /Sens\. +Spec\./);
  const info = JSON.parse(evax("info", "--json").stdout);
  assert.equal(info.facts.length, 14);
  assert.equal(info.version, version);
});

test("verify tells a sound model from a damaged one", () => {
  const good = evax("verify", DEMO);
  assert.equal(good.status, 0);
  assert.match(good.stdout, /is sound/);
  const copy = join(folder, "copy");
  cpSync(DEMO, copy, { recursive: true });
  rmSync(join(copy, "chunk-001.bin"));
  const bad = evax("verify", copy);
  assert.deepEqual([bad.status, bad.stdout], [3, ""]);
  assert.match(bad.stderr, /chunk-001\.bin.*\n.*CHUNK_MISSING/);
});

test("an unusable model ends with status 3 and a cure", () => {
  for (const [command, run] of /** @type {[string[], typeof evax][]} */ ([[["analyze", FILM], evax], [["info"], started]])) {
    const { status, stdout, stderr } = run(...command, "--model", join(folder, "nowhere"));
    assert.deepEqual([status, stdout], [3, ""]);
    assert.match(stderr, /MODEL_NOT_FOUND/);
  }
});

for (const [what, args, message] of /** @type {[string, string[], RegExp][]} */ ([
  ["no command", [], /command is missing/],
  ["an unknown command", ["diagnose"], /no command "diagnose"$/m],
  ["a mistyped command", ["anaylze", "x"], /did you mean analyze\?/],
  ["a mistyped option", ["analyze", "x", "--jsno"], /did you mean --json\?/],
  ["a mistyped variant", ["analyze", "x", "--variant", "simd182"], /did you mean simd128\?/],
  ["two formats", ["analyze", "x", "--json", "--csv"], /--json or --csv, or --save FILE, not both/],
  ["a shell without completion", ["completion", "tcsh"], /bash, zsh or fish/],
  ["no number of threads", ["analyze", "x", "--threads", "many"], /--threads must be a whole number/],
  ["help of what is no command", ["help", "anlyze"], /did you mean analyze\?/],
  ["a command that is a member of every object", ["toString"], /no command/],
  ["no film", ["analyze"], /name of a film/],
  ["an unknown option", ["analyze", "x", "--fast"], /fast/],
  ["an option of another command", ["verify", "x", "--json"], /does not take --json/],
  ["an unknown variant", ["analyze", "x", "--variant", "avx"], /--variant must be/],
  ["two folders to verify", ["verify", "a", "b"], /one model folder/],
])) {
  test(`${what} is a usage error with status 2`, () => {
    const { status, stdout, stderr } = (what === "no film" ? started : evax)(...args);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, message);
    assert.match(stderr, /evax --help/);
  });
}

test("help, --help, -h, --version and -V answer on standard output", () => {
  const help = started("--help");
  assert.equal(help.status, 0);
  assert.match(help.stdout, /Exit status: 0 all done, 1 .*2 .*3 .*4\noutput not written; /);
  for (const same of [["help"], ["-h"]]) assert.equal(evax(...same).stdout, help.stdout);
  for (const flag of ["--version", "-V"]) assert.equal(evax(flag).stdout, `${version}\n`);
});

test("a film can come from standard input, and results go out as CSV", () => {
  const run = spawnSync(process.execPath, [CLI, "analyze", "-", broken, "--csv"],
    { encoding: "utf8", cwd: folder, input: readFileSync(FILM) });
  assert.equal(run.status, 1);
  const [head, ...lines] = run.stdout.trimEnd().split("\r\n");
  assert.match(head, /^file,error,label,score,.*,notice$/);
  assert.equal(lines.length, 14 + 1);
  assert.match(lines[0], /^standard input,,Atelectasis,0\.\d+,/);
  assert.match(lines[14], /broken\.png,IMAGE_FORMAT,,/);
});

test("hints are those of a command line", () => {
  const { stderr } = evax("analyze", "nowhere.png");
  assert.match(stderr, /Check its name and permissions\. \[INPUT_UNREADABLE\]/);
  assert.doesNotMatch(stderr, /canvas/);
});

test("--quiet leaves out notes, and keeps errors", () => {
  const loud = evax("analyze", broken, "nowhere.png"), quiet = evax("analyze", broken, "nowhere.png", "--quiet");
  assert.match(loud.stderr, /2 of 2 films failed/);
  assert.equal(quiet.stderr, loud.stderr.replace(/.*films failed\n/, ""));
});

test("any number of threads gives the same findings", () => {
  const findings = (threads) => evax("analyze", FILM, "--csv", "--variant", "simd128", "--threads", threads).stdout;
  assert.equal(findings("2"), findings("1"));
});

test("names with control characters cannot reach the terminal", () => {
  const { stderr } = evax("analyze", "\u001b[2Jfilm.png");
  assert.match(stderr, /\?\[2Jfilm\.png/);
  assert.ok(!stderr.includes("\u001b"));
});

/** Runs the tool and lets `act` meddle; resolves with how it ended. */
function watched(args, act) {
  const child = spawn(process.execPath, [CLI, ...args]);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      output[name] += text;
      act(child, name);
    });
  }
  return new Promise((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, ...output }));
  });
}

test("a reader that goes away ends the tool quietly", async () => {
  const { status, stderr } = await watched(["analyze", "--json", ...Array(40).fill(FILM)],
    (child, name) => { if (name === "stdout") child.stdout.destroy(); });
  assert.deepEqual([status, stderr], [141, ""]);
});

test("Ctrl-C between films ends the tool with status 130 and whole lines", async () => {
  const { status, stdout, stderr } = await watched(["analyze", "--json", ...Array(200).fill(FILM)],
    (child, name) => { if (name === "stdout") child.kill("SIGINT"); });
  assert.equal(status, 130);
  assert.equal(stderr, "evax: interrupted\n");
  for (const line of stdout.trimEnd().split("\n").slice(1)) assert.equal(JSON.parse(line).ok, true);
});

test("Ctrl-C while a model is on its way ends the tool with status 130", async () => {
  const asked = Promise.withResolvers?.() ?? deferred();
  const { url } = await serveModel(tinyModel(), (file) => {
    asked.resolve();
    return file === "chunk-001.bin";
  });
  const child = spawn(process.execPath, [CLI, "info", "--model", url]);
  await asked.promise;
  child.kill("SIGINT");
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 130);
});

/** Promise.withResolvers, which Node 20 does not have. */
function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve) => { parts.resolve = resolve; });
  return parts;
}
