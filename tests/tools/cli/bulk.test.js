/* Many films: read by several engines at once, named in lists, in parts on several machines; the results are those
 * of one engine, in the order of the films. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
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
  const side = i % 5 ? 40 : 1500;
  const data = new Uint8Array(side * side).map((_value, at) => (at * (i + 3)) % 251);
  const name = `film ${String(i).padStart(2, "0")}.png`;
  writeFileSync(join(films, name), i % 7 === 3 ? "no film" : pngOf({ rows: side, columns: side, data }));
  return join(films, name);
});
const broken = names.filter((_, i) => i % 7 === 3);

/** @param {string[]} args @param {{ input?: string }} [options] */
const evax = (args, options) => spawnSync(process.execPath, [CLI, ...args, "--model", model],
  { encoding: "utf8", cwd: folder, timeout: 60_000, ...options });

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
  for (const [what, ...words] of [["list", "--files-from", "all.txt"], ["folder", "films"]]) {
    for (const format of ["--json", "--csv"]) {
      const whole = evax(["analyze", format, "--jobs", "2", ...words]).stdout;
      const command = [process.execPath, CLI, "analyze", format, "--model", model, "--jobs", "1", "--shard", "{}/4",
        ...words];
      const shards = spawnSync("parallel", ["--jobs", "2", "--quote", "--results", join(folder, `${what}${format}`),
        ...command, ":::", "1", "2", "3", "4"], { cwd: folder, encoding: "utf8" });
      assert.notEqual(shards.error?.message, "spawnSync parallel ENOENT");
      const parts = [1, 2, 3, 4].map((k) => join(folder, `${what}${format}`, "1", String(k), "stdout"));
      const joined = execFileSync("bash", ["-c", "head -n 1 \"$1\"; tail -q -n +2 \"$@\"", "join", ...parts],
        { encoding: "utf8" });
      assert.equal(joined, whole, `${what} ${format}`);
    }
  }
});

test("a shard without a film is no failure", () => {
  const { status, stdout } = evax(["analyze", "--json", "--shard", "1/4", names[0]]);
  assert.equal(status, 0);
  assert.ok(JSON.parse(stdout).info);
});
