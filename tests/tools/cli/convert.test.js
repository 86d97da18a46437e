/* evax convert and evax info FILE: what they print, what they leave behind, how they end. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { replaceFolder } from "../../../tools/cli/formats/model-folder.js";
import { ProgressBar } from "../../../tools/cli/base/progress-bar.js";
import { runTool } from "../../support/command-line.js";
import { CLI, at, temporaryFolder, withCode } from "../../support/repository.js";
import { call, floats, torchZip } from "../../web/convert/written.js";

const NANO_S = at("tests", "golden", "nano_s_ft.pth");
const folder = temporaryFolder();
let count = 0;
const fresh = () => join(folder, `out${++count}`);

const evax = (...args) => runTool(args, { cwd: folder });
const filesOf = (path) => Object.fromEntries(readdirSync(path).sort().map((name) =>
  [name, readFileSync(join(path, name), "latin1")]));

test("convert writes a model that verify and analyze take, and tells what it did", () => {
  const out = fresh();
  const { status, stdout, stderr } = evax("convert", NANO_S, "--out", out);
  assert.equal(status, 0, stderr);
  for (const text of ["under 'model'", "14 outputs, sigmoid, ChestX-ray14", "RoPE pitch 14, exact", "95,134 parameters",
    "patch", "qkv", "w12", "head", "SHA-256 of its manifest"]) assert.ok(stdout.includes(text), text);
  assert.ok(stdout.split("\n").every((line) => line.length <= 92));
  assert.equal(stderr, "evax: reading the checkpoint\nevax: calibrating\nevax: writing the model\n");
  assert.deepEqual(readdirSync(out).sort(), ["chunk-000.bin", "manifest.json"]);
  assert.match(evax("verify", out).stdout, /is sound: EVA-X custom, ChestX-ray14, 64 px, q8/);
  const film = at("model", "samples", "nih_00000001_000.png");
  assert.match(evax("analyze", film, "--model", NANO_S).stdout, /Atelectasis/);
});

test("the same file gives the same bytes, and --json one object", () => {
  const [a, b] = [fresh(), fresh()];
  const first = evax("convert", NANO_S, "--out", a, "--dtype", "f16", "--threads", "1", "--json");
  const { hash, report, warnings } = JSON.parse(first.stdout);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.deepEqual([report[0].group, warnings], ["patch", []]);
  evax("convert", NANO_S, "--out", b, "--dtype", "f16", "--threads", "3");
  assert.deepEqual(filesOf(a), filesOf(b));
});

test("one file holds the whole model", () => {
  const out = `${fresh()}.zip`;
  assert.equal(evax("convert", NANO_S, "--out", out).status, 0);
  assert.match(evax("verify", out).stdout, /is sound/);
  assert.match(evax("convert", NANO_S, "--out", out).stderr, /OUTPUT_EXISTS/);
  assert.equal(evax("convert", NANO_S, "--out", out, "--force").status, 0);
});

test("size, card, labels and the moving average reach the model", () => {
  const card = join(folder, "card.json"), out = fresh();
  writeFileSync(card, JSON.stringify({ name: "Mine", findings: { l1: { threshold: 0.2 } } }));
  const labels = Array.from({ length: 14 }, (_, i) => `l${i}`).join(",");
  const { status, stderr } = evax("convert", NANO_S, "--out", out, "--dtype", "f32", "--size", "160", "--card", card,
    "--labels", labels, "--scoring", "softmax");
  assert.equal(status, 0, stderr);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  assert.deepEqual([manifest.name, manifest.recipe.crop, manifest.scoring, manifest.findings],
    ["Mine", 160, "softmax", { l1: { threshold: 0.2 } }]);
  assert.match(evax("convert", NANO_S, "--out", fresh(), "--ema").stderr, /no moving average/);
});

test("refusals name the file, the cause and the cure, and leave nothing", () => {
  const attack = join(folder, "attack.pth"), lfs = join(folder, "lfs.pth");
  writeFileSync(attack, torchZip({ model: {}, x: call("os", "system") }));
  writeFileSync(lfs, "version https://git-lfs.github.com/spec/v1\n");
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([[[attack], /os system/], [["none.pth"], /ENOENT/], [[lfs], /LFS pointer/],
    [[NANO_S, "--size", "100"], /multiple of 16/], [[NANO_S, "--card", "none.json"], /ENOENT/],
    [[folder], /is a folder/], [[at("model", "demo")], /holds a converted model; use it with --model/]])) {
    const out = fresh();
    const { status, stdout, stderr } = evax("convert", ...args, "--out", out);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, message);
    assert.match(stderr, /\n {6}[A-Z].*\[[A-Z_]+\]\n$/);
    assert.ok(!existsSync(out));
  }
  assert.ok(!readdirSync(folder).some((name) => name.startsWith(".")));
});

test("names from the file cannot control the terminal", () => {
  const rude = join(folder, "rude.pth");
  writeFileSync(rude, torchZip({ "cls_token": floats([1]), ["\u001b[2J\n" + "x".repeat(150)]: 1 }));
  const { status, stderr } = evax("convert", rude, "--out", fresh());
  assert.equal(status, 1);
  assert.doesNotMatch(stderr, /\u001b/);
  assert.equal(stderr.split("\n").length, 3);
});

test("wrong usage is status 2", () => {
  for (const args of [[NANO_S], ["--out", "x"], [NANO_S, "--out", "x", "--dtype", "q4"],
    [NANO_S, "--out", "x", "--size", "big"], [NANO_S, "--out", "x", "--labels", "a"]]) assert.equal(evax("convert", ...args).status, 2, args.join(" "));
});

test("a model is replaced only with --force, and files beside it survive", () => {
  const out = fresh();
  evax("convert", NANO_S, "--out", out, "--dtype", "f32");
  writeFileSync(join(out, "README.md"), "notes");
  writeFileSync(join(out, "chunk-777.bin"), "left over");
  symlinkSync("README.md", join(out, "link"));
  const before = filesOf(out);
  assert.match(evax("convert", NANO_S, "--out", out).stderr, /--force replaces it.*\n.*OUTPUT_EXISTS/);
  assert.deepEqual(filesOf(out), before);
  assert.equal(evax("convert", NANO_S, "--out", out, "--force").status, 0);
  assert.deepEqual(readdirSync(out).sort(), ["README.md", "chunk-000.bin", "link", "manifest.json"]);
});

test("a folder that is not a model, or a file, is left alone even with --force", () => {
  const [thesis, file, empty] = [fresh(), fresh(), fresh()];
  mkdirSync(thesis);
  writeFileSync(join(thesis, "thesis.txt"), "years of work");
  writeFileSync(file, "x");
  mkdirSync(empty);
  assert.match(evax("convert", NANO_S, "--out", thesis, "--force").stderr, /holds no model/);
  assert.match(evax("convert", NANO_S, "--out", file, "--force").stderr, /is not a folder/);
  assert.equal(evax("convert", NANO_S, "--out", empty).status, 0);
  assert.deepEqual(readdirSync(thesis), ["thesis.txt"]);
});

test("a failure while the model is written leaves what was there", async () => {
  const out = fresh();
  evax("convert", NANO_S, "--out", out);
  const before = filesOf(out);
  await assert.rejects(replaceFolder(out, true, async (write) => {
    await write("chunk-000.bin", new Uint8Array(3));
    throw new Error("enough");
  }), /enough/);
  await assert.rejects(replaceFolder(out, true, (write) => write("no/such/folder", new Uint8Array(1))),
    withCode("OUTPUT_FAILED", /ENOENT/));
  assert.deepEqual(filesOf(out), before);
  const closed = fresh();
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  if (process.getuid?.() !== 0) {
    await assert.rejects(replaceFolder(join(closed, "x"), false, async () => {}), withCode("OUTPUT_FAILED"));
  }
});

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  test(`${signal} ends a conversion with status 130 and leaves nothing`, async () => {
    const out = fresh();
    const child = spawn(process.execPath, [CLI, "convert", NANO_S, "--out", out, "--size", "1024"], { cwd: folder });
    let text = "";
    child.stderr.on("data", (piece) => { text += piece; });
    child.stderr.once("data", () => child.kill(signal));
    const status = await new Promise((resolve) => child.on("exit", resolve));
    assert.equal(status, 130, text);
    assert.match(text, /interrupted/);
    assert.ok(!existsSync(out));
    assert.ok(!readdirSync(folder).some((name) => name.startsWith(".out")));
  });
}

test("a full disk is named, and the model that was there stays", () => {
  const out = fresh();
  evax("convert", NANO_S, "--out", out, "--dtype", "f32");
  const before = filesOf(out);
  const tries = /** @type {[number, string][]} */ ([[0, out], [1000, out], [20_000, out], [20_000, `${out}.zip`]]);
  for (const [bytes, name] of tries) {
    const run = spawnSync("prlimit", [`--fsize=${bytes}`, process.execPath, CLI, "convert", NANO_S, "--out", name, "--force"],
      { encoding: "utf8", cwd: folder });
    assert.equal(run.status, 4);
    assert.match(run.stderr, /EFBIG[\s\S]*OUTPUT_FAILED/);
    assert.deepEqual(filesOf(out), before);
    assert.ok(!readdirSync(folder).some((file) => file.startsWith(`${basename(out)}.`) || file.startsWith(".")));
  }
});

test("Ctrl-C at any moment leaves the new model or the one before, whole", async () => {
  const [out, other] = [fresh(), fresh()];
  evax("convert", NANO_S, "--out", other, "--dtype", "f16");
  evax("convert", NANO_S, "--out", out, "--dtype", "f32");
  const whole = [filesOf(out), filesOf(other)];
  for (let wait = 60; wait < 500; wait += 80) {
    const child = spawn(process.execPath, [CLI, "convert", NANO_S, "--out", out, "--dtype", "f16", "--force"],
      { cwd: folder, stdio: "ignore" });
    const closed = new Promise((resolve) => { child.on("close", resolve); });
    setTimeout(() => child.kill("SIGINT"), wait);
    await closed;
    assert.ok(whole.some((files) => isDeepStrictEqual(files, filesOf(out))), `after ${wait} ms`);
    assert.ok(!readdirSync(folder).some((name) => name.startsWith(".")));
  }
});

test("info tells what a checkpoint is, and why it cannot be converted", () => {
  const { status, stdout } = evax("info", NANO_S);
  assert.equal(status, 0);
  for (const text of ["nano_s_ft.pth", "torch zip, in 'model'", "40 tensors of f32", "EVA-X custom, fine-tuned",
    "95,134 parameters"]) assert.ok(stdout.includes(text), text);
  const other = join(folder, "densenet.pth");
  writeFileSync(other, torchZip({ "features.denseblock1.denselayer1.norm1.weight": floats([1]) }));
  const found = evax("info", other);
  assert.equal(found.status, 1);
  assert.match(found.stdout, /cannot be converted as it is:[\s\S]*a DenseNet/);
  const json = JSON.parse(evax("info", NANO_S, "--json").stdout);
  assert.deepEqual([json.architecture.embed_dim, json.problem, json.types], [48, null, ["f32"]]);
  assert.equal(JSON.parse(evax("info", other, "--json").stdout).problem.code, "CHECKPOINT_MODEL");
  assert.equal(JSON.parse(evax("info", "none.pth", "--json").stdout).error.code, "INPUT_UNREADABLE");
});

test("on a terminal the progress is one line that changes, with the time left", (t) => {
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  const written = [];
  const terminal = { isTTY: true, write: (text) => written.push(text) > 0 };
  const bar = new ProgressBar(terminal);
  bar.show("calibrating", 0, 12);
  now += 1700;
  bar.show("calibrating", 6, 12);
  bar.end();
  assert.match(written[0], /^\r\[\.{24}\] {3}0 % calibrating/);
  assert.match(written[1], /^\r\[#{12}\.{12}\] {2}50 % calibrating, 0:01 left/);
  assert.equal(written[2], "\r\u001b[K");
});
