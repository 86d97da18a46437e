/* examples.test.js - the examples for Node do what they say, on the demo model, in fewer than 30 lines.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";
import { at, temporaryFolder } from "../support/repository.js";

const work = temporaryFolder();
const sample = (name) => at("model", "samples", name);
const [CLEAR, SHOWS, OTHER] = ["nih_00000001_000.png", "kermany_person101_virus_187.jpeg", "kermany_IM-0117-0001.jpeg"];

/** Runs an example; its lines. */
function run(name, ...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at("examples", name), ...words], { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n"), stderr };
}

/** A folder of its own with some of the samples. */
function folderOf(name, films) {
  const folder = join(work, name);
  mkdirSync(folder);
  for (const film of films) copyFileSync(sample(film), join(folder, film));
  return folder;
}

test("each is shorter than 30 lines and says how to run it", () => {
  for (const name of ["script.js", "batch.js", "teach.js", "validate.js"]) {
    const text = readFileSync(at("examples", name), "utf8");
    assert.ok(text.split("\n").length < 30, name);
    assert.match(text, new RegExp(`node examples/${name} [A-Z]`));
  }
});

test("script.js: every finding with its score, an attention map, the notice; a refusal with its code", async () => {
  const engine = await load(demoModel);
  const { findings, notice } = await engine.analyze(sample(CLEAR));
  engine.dispose();
  const { status, lines } = run("script.js", sample(CLEAR));
  assert.equal(status, 0);
  for (const { label, score } of findings) assert.ok(lines.some((line) => line.includes(`${label}: score ${score.toFixed(3)},`)), label);
  assert.equal(lines.filter((line) => /^The attention map of \w+ is highest in row \d+, column \d+ of \d+\.$/.test(line)).length, 1);
  assert.equal(lines.at(-1), notice.split("\n").at(-1));
  const refused = run("script.js", at("package.json"));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^IMAGE_FORMAT: /);
});

test("batch.js: a line for each film in their order, also for one that cannot be read", async () => {
  const { status, lines } = run("batch.js", sample(CLEAR), at("package.json"), sample(SHOWS));
  assert.equal(status, 0);
  const [heading, first, refused, last] = lines;
  assert.equal(lines.length, 4);
  assert.match(heading, /^"film","Atelectasis",.*,"error"$/);
  for (const [line, film] of [[first, CLEAR], [last, SHOWS]]) assert.match(line, new RegExp(`${film}"(,[01]\\.\\d{4}){14},""$`));
  assert.match(refused, /package\.json",{14},"IMAGE_FORMAT: /);
});

test("teach.js: a head in a file, which tells the films that it was trained on", async () => {
  const file = join(work, "head.json");
  const { status, lines } = run("teach.js", "Opacity", folderOf("shows", [SHOWS]), folderOf("others", [CLEAR, OTHER]), file);
  assert.equal(status, 0);
  assert.match(lines[0], /^Opacity: trained on 1 and 2 films, AUC /);
  const engine = await load(demoModel);
  const head = await engine.head.read(readFileSync(file, "utf8"));
  const scores = [];
  for await (const { analysis } of engine.analyzeAll([SHOWS, CLEAR, OTHER].map(sample))) scores.push((await engine.head.apply(head, analysis)).score);
  engine.dispose();
  assert.ok(scores[0] > Math.max(scores[1], scores[2]), scores.join(" "));
});

test("validate.js: figures, a report, and a site card that load() takes", async () => {
  const table = join(work, "labels.csv");
  writeFileSync(table, `file,Infiltration,Effusion\n${SHOWS},1,0\n${CLEAR},0,\n${OTHER},0,0\n`);
  const { status, lines, stderr } = run("validate.js", table, folderOf("films", [SHOWS, CLEAR, OTHER]), work);
  assert.equal(status, 0, stderr);
  assert.ok(lines.some((line) => /^Infiltration: 3 films, 1 show it, AUC /.test(line)), lines.join("\n"));
  assert.ok(lines.some((line) => /^Effusion: 2 films, 0 show it, AUC not known$/.test(line)), lines.join("\n"));
  assert.match(readFileSync(join(work, "report.html"), "utf8"), /Infiltration/);
  const engine = await load({ model: demoModel, card: readFileSync(join(work, "site-card.json"), "utf8") });
  assert.equal(engine.info.siteCard.name, join(work, "films"));
  engine.dispose();
});
