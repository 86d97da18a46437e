/* Many films: read by several engines at once, named in lists, in parts on several machines; the results are those
 * of one engine, in the order of the films. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { runTool } from "../../support/command-line.js";
import { CLI, temporaryFolder } from "../../support/repository.js";
import { pngOf } from "../../support/pictures.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const model = join(folder, "model");
writeModel(tinyModel(), model);
const films = join(folder, "films");
mkdirSync(films);
/* Films of different sizes, which take different times, and some that are none. */
const names = Array.from({ length: 23 }, (_, i) => {
  const side = i % 5 ? 40 : 400;
  const data = new Uint8Array(side * side).map((_value, at) => (at * (i + 3)) % 251);
  const name = `film ${String(i).padStart(2, "0")}.png`;
  writeFileSync(join(films, name), i % 7 === 3 ? "no film" : pngOf({ rows: side, columns: side, data }));
  return join(films, name);
});
const broken = names.filter((_, i) => i % 7 === 3);

/** @param {string[]} args @param {{ input?: string }} [options] */
const evax = (args, options) => runTool([...args, "--model", model], { cwd: folder, ...options });

const alone = evax(["analyze", "--json", "--jobs", "1", ...names]);

test("one engine says what the others must", () => {
  assert.equal(alone.status, 1);
  const [{ info }, ...lines] = alone.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(info.threads, undefined, "what computes differs from run to run");
  assert.deepEqual(lines.map(({ file }) => file), names);
  assert.deepEqual(lines.filter(({ ok }) => !ok).map(({ file }) => file), broken);
  assert.equal(lines[0].timing, undefined);
});

for (const jobs of ["2", "5"]) {
  test(`${jobs} engines at once give the same bytes, and complain of the same films in the same order`, () => {
    const { status, stdout, stderr } = evax(["analyze", "--json", "--jobs", jobs, ...names]);
    assert.deepEqual([status, stderr], [alone.status, alone.stderr]);
    assert.equal(stdout, alone.stdout);
  });
}

test("attention maps and embeddings are the same from several engines", () => {
  const good = names.filter((name) => !broken.includes(name)).slice(0, 6);
  for (const command of [["embed"], ["analyze", "--json", "--explain", "Finding 1"]]) {
    const [one, two] = ["1", "2"].map((jobs) => evax([...command, "--jobs", jobs, ...good]));
    assert.deepEqual([one.status, two.status, two.stderr], [0, 0, ""]);
    assert.equal(two.stdout, one.stdout);
  }
});

test("films are named by a list: in lines, parted by NUL, or on standard input", () => {
  const odd = join(films, "film\n with a line break.png");
  writeFileSync(odd, readFileSync(names[1]));
  const lists = { lines: names.slice(0, 3).join("\n"), windows: `${names.slice(0, 3).join("\r\n")}\r\n`,
    nul: [names[0], odd, names[2]].join("\0") };
  const filesOf = ({ stdout }) => stdout.trimEnd().split("\n").slice(1).map((line) => JSON.parse(line).file);
  for (const [name, list] of Object.entries(lists)) {
    const file = join(folder, `${name}.txt`);
    writeFileSync(file, list);
    const expected = name === "nul" ? [names[0], odd, names[2]] : names.slice(0, 3);
    assert.deepEqual(filesOf(evax(["analyze", "--json", "--files-from", file])), expected, name);
    assert.deepEqual(filesOf(evax(["analyze", "--json", "--files-from", "-"], { input: list })), expected, name);
  }
  const { status, stderr } = evax(["analyze", "--files-from", "nowhere.txt"]);
  assert.equal(status, 2);
  assert.match(stderr, /--files-from nowhere\.txt: ENOENT/);
});

test("a shard that is none is refused", () => {
  for (const shard of ["0/4", "5/4", "4", "1/0", "a/b", "1/2/3"]) {
    const { status, stderr } = evax(["analyze", "--shard", shard, names[0]]);
    assert.equal(status, 2, shard);
    assert.match(stderr, /--shard must be K\/N/);
  }
});

test("four shards under GNU parallel join to the bytes of one run, of a list and of a folder", () => {
  writeFileSync(join(folder, "all.txt"), names.join("\n"));
  for (const [what, format, ...words] of [["list", "--json", "--files-from", "all.txt"], ["folder", "--csv", "films"]]) {
    const whole = evax(["analyze", format, "--jobs", "2", ...words]).stdout;
    const command = [process.execPath, CLI, "analyze", format, "--model", model, "--jobs", "1", "--shard", "{}/4", ...words];
    const shards = spawnSync("parallel", ["--jobs", "2", "--quote", "--results", join(folder, what),
      ...command, ":::", "1", "2", "3", "4"], { cwd: folder, encoding: "utf8" });
    assert.notEqual(shards.error?.message, "spawnSync parallel ENOENT");
    const parts = [1, 2, 3, 4].map((k) => join(folder, what, "1", String(k), "stdout"));
    const joined = execFileSync("bash", ["-c", "head -n 1 \"$1\"; tail -q -n +2 \"$@\"", "join", ...parts],
      { encoding: "utf8" });
    assert.equal(joined, whole, `${what} ${format}`);
  }
});

test("a shard without a film is no failure", () => {
  const { status, stdout } = evax(["analyze", "--json", "--shard", "1/4", names[0]]);
  assert.equal(status, 0);
  assert.ok(JSON.parse(stdout).info);
});

/* ---- --save, --resume ----------------------------------------------------------------------------- */

const save = (name, ...more) => evax(["analyze", "--save", name, ...more, ...names]);
const bytesOf = (name) => readFileSync(join(folder, name));
const partOf = (name) => join(folder, name.endsWith(".ndjson") ? name : `${name}.part.ndjson`);

test("--save writes what --json and --csv print, and leaves nothing beside it", () => {
  for (const [format, ending] of [["--json", "ndjson"], ["--csv", "csv"]]) {
    const { status, stdout, stderr } = save(`all.${ending}`);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`23 films are in all\\.${ending}`));
    assert.equal(bytesOf(`all.${ending}`).toString(), evax(["analyze", format, ...names]).stdout);
  }
  save("all.parquet");
  assert.deepEqual(readdirSync(folder).filter((name) => name.includes("part")), []);
});

test("a Parquet file has a row a film: scores, embedding, and nothing of a film that failed", async () => {
  const file = await asyncBufferFromFile(join(folder, "all.parquet"));
  const rows = await parquetReadObjects({ file });
  const records = bytesOf("all.ndjson").toString().trimEnd().split("\n").slice(1).map((line) => JSON.parse(line));
  assert.equal(rows.length, records.length);
  records.forEach((record, i) => {
    const row = rows[i];
    assert.deepEqual([row.file, row.error ?? null], [record.file, record.ok ? null : record.error.code]);
    for (const { label, score, logit } of record.findings ?? []) {
      assert.deepEqual([row[`score_${label}`], row[`logit_${label}`]], [score, logit]);
    }
    if (record.ok) assert.deepEqual([...row.embedding], record.embedding);
    else assert.deepEqual([row.embedding ?? null, row["score_Finding 0"] ?? null], [null, null]);
  });
  const { key_value_metadata: [{ key, value }] } = await parquetMetadataAsync(file);
  assert.equal(key, "evax");
  assert.match(JSON.parse(value).info.notice, /./);
});

/* A film among the others that does not come as long as it is a pipe: the run waits for it. */
const pipe = join(folder, "pipe.png");
const withPipe = [...names.slice(0, 12), pipe, ...names.slice(12)];
const letCome = () => {
  rmSync(pipe, { force: true });
  writeFileSync(pipe, readFileSync(names[1]));
};

/** Starts a run that waits for the pipe, and resolves when it has written films. @param {string} command @param {string} name */
async function startWaiting(command, name) {
  rmSync(pipe, { force: true });
  execFileSync("mkfifo", [pipe]);
  const child = spawn(process.execPath, [CLI, command, "--model", model, "--save", name, ...withPipe],
    { cwd: folder, stdio: "ignore" });
  const closed = new Promise((resolve) => { child.on("close", resolve); });
  const size = () => (existsSync(partOf(name)) ? statSync(partOf(name)).size : 0);
  while (size() < 4000) await new Promise((resolve) => { setTimeout(resolve, 5); });
  return { child, closed };
}

for (const [command, ending, ways] of /** @type {[string, string, string[]][]} */ ([
  ["analyze", "ndjson", ["SIGKILL", "SIGINT", "cut"]], ["analyze", "csv", ["SIGINT"]], ["analyze", "parquet", ["cut"]], ["embed", "npy", ["SIGINT"]],
])) {
  test(`${command}, ${ending}: a run that is killed, interrupted or cut in a line goes on to the same bytes`, async () => {
    const [name, whole] = [`run.${ending}`, `whole.${ending}`];
    letCome();
    evax([command, "--save", whole, ...withPipe]);
    for (const way of ways) {
      for (const path of [join(folder, name), partOf(name)]) rmSync(path, { force: true });
      const { child, closed } = await startWaiting(command, name);
      child.kill(way === "SIGINT" ? "SIGINT" : "SIGKILL");
      assert.equal(await closed, way === "SIGINT" ? 130 : null);
      if (way === "SIGINT") assert.ok(bytesOf(name).length > 0, "there is a file of what there is so far");
      if (way === "cut") truncateSync(partOf(name), statSync(partOf(name)).size - 7);
      letCome();
      const { status, stderr } = evax([command, "--save", name, "--resume", ...withPipe]);
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`24 films are in run\\.${ending}\\n.*${broken.length} of 24 films failed`));
      assert.deepEqual(bytesOf(name), bytesOf(whole), way);
      assert.ok(ending === "ndjson" || !existsSync(partOf(name)));
    }
  });
}

test("embed --save writes what embed prints and --out writes, and its file is not gone on with by analyze", () => {
  const few = names.slice(0, 5);
  evax(["embed", "--save", "set.ndjson", ...few]);
  const [, ...lines] = bytesOf("set.ndjson").toString().split("\n");
  assert.equal(lines.join("\n"), evax(["embed", ...few]).stdout);
  evax(["embed", "--out", "out.npy", ...few]);
  evax(["embed", "--save", "set.npy", ...few]);
  for (const ending of ["", ".json"]) assert.deepEqual(bytesOf(`set.npy${ending}`), bytesOf(`out.npy${ending}`));
  assert.match(evax(["analyze", "--save", "set.ndjson", "--resume", ...few]).stderr, /another model, variant, head or command/);
  assert.match(evax(["embed", "--save", "set.csv", ...few]).stderr, /must be a name that ends in \.ndjson, \.parquet or \.npy/);
});

test("a run that is there is not begun again without a word, nor gone on with by what does not match it", () => {
  const other = join(folder, "other");
  writeModel(tinyModel({ seed: 2 }), other);
  const refusals = [
    [save("all.ndjson"), /--resume goes on with it, --force begins again/],
    [runTool(["analyze", "--model", other, "--save", "all.ndjson", "--resume", ...names], { cwd: folder }), /another model/],
    [evax(["analyze", "--save", "all.ndjson", "--resume", ...names.slice(1)]), /is not among the films, or in another place/],
  ];
  for (const [{ status, stderr }, message] of /** @type {[any, RegExp][]} */ (refusals)) {
    assert.equal(status, 4);
    assert.match(stderr, message);
  }
  writeFileSync(join(folder, "letter.csv"), "Dear colleague");
  assert.match(save("letter.csv").stderr, /a file of another kind/);
  assert.equal(bytesOf("letter.csv").toString(), "Dear colleague");
  assert.equal(save("all.ndjson", "--force").status, 1);
});

test("on a full disk the run stops, says so, and keeps whole lines", () => {
  const run = spawnSync("prlimit", ["--fsize=6000", process.execPath, CLI, "analyze", "--model", model, "--save",
    "full.ndjson", ...names], { cwd: folder, encoding: "utf8" });
  assert.equal(run.status, 4);
  assert.match(run.stderr, /OUTPUT_FAILED/);
  const lines = bytesOf("full.ndjson").toString();
  assert.ok(lines.endsWith("\n") && lines.split("\n").length > 3);
  for (const line of lines.trimEnd().split("\n")) JSON.parse(line);
  save("full.ndjson", "--resume");
  assert.deepEqual(bytesOf("full.ndjson"), bytesOf("all.ndjson"));
});

test("words that do not go together are refused", () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [["--save", "x.txt"], /must be a name that ends in/], [["--save", "x.csv", "--json"], /not both/],
    [["--resume"], /--resume goes with --save/],
  ])) {
    const { status, stderr } = evax(["analyze", names[0], ...args]);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
