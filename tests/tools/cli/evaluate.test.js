/* evax evaluate: labeled films in, report and site card out; what stopped goes on; what is wrong is said. */
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../support/repository.js";
import { runTool } from "../../support/command-line.js";
import { pngOf } from "../../support/pictures.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const [model, other] = ["model", "other"].map((name) => join(folder, name));
writeModel(tinyModel(), model);
writeModel(tinyModel({ seed: 5 }), other);
const films = join(folder, "films");
mkdirSync(films);

/* Gray films of one side, each brighter than the one before, and one that is none. */
const COUNT = 40;
const rows = Array.from({ length: COUNT }, (_, i) => {
  const data = new Uint8Array(32 * 32).map((_value, at) => (at * (i + 3)) % (60 + 4 * i));
  const name = `film ${i}.png`;
  writeFileSync(join(films, name), pngOf({ rows: 32, columns: 32, data }));
  return { name, shows: Number(i >= COUNT / 2), patient: `p${i}` };
});
writeFileSync(join(films, "odd.png"), readFileSync(join(films, rows[0].name)).subarray(0, 60));
const labels = join(folder, "labels.csv");
writeFileSync(labels, `file;patient;split;sex;Finding 1;Erguss\n${[...rows, { name: "odd.png", shows: 1, patient: "x" }, { name: "gone.png", shows: 0, patient: "y" }]
  .map(({ name, shows, patient }, i) => `${name};${patient};${i % 2 ? "val" : "test"};${i % 3 ? "F" : "M"};${shows};`).join("\n")}\n`);

/** @param {string[]} args */
const evax = (...args) => runTool(args, { cwd: folder });
const evaluate = (...args) => evax("evaluate", films, "--labels", labels, "--model", model, "--jobs", "1", ...args);

test("a report is printed, a bad film is refused and counted, and what did not match is listed", () => {
  const { status, stdout, stderr } = evaluate();
  assert.equal(status, 1, "one film was refused");
  assert.match(stdout, /Finding 1 +40 +20 +40 \(20\) +[01]\.\d{3} \([\d.]+ to [\d.]+\)/);
  assert.match(stdout, /thumbnail +brightness/);
  assert.match(stdout, /1 films were refused: .*odd\.png/);
  assert.match(stdout, /1 rows of the table name films that are not here: gone\.png/);
  assert.match(stdout, /not a medical device|notice/i);
  assert.match(stderr, /odd\.png/);
  assert.doesNotMatch(stdout, /diagnos|\brisk|healthy|NaN|undefined/i);
});

test("--out keeps the report in three forms, the card and the films; the same films are not read again", () => {
  const first = evaluate("--out", "report", "--rule", "youden", "--name", "ward", "--json");
  assert.deepEqual(readdirSync(join(folder, "report")).sort(), ["films.jsonl", "report.csv", "report.html", "report.json", "site-card.json"]);
  const report = JSON.parse(first.stdout);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "report", "report.json"), "utf8")), report);
  assert.deepEqual([report.data.measured, report.data.refused, report.data.name], [COUNT, 1, "ward"]);
  assert.match(readFileSync(join(folder, "report", "report.html"), "utf8"), /^<!doctype html>/);
  const again = evaluate("--out", "report", "--rule", "youden", "--name", "ward", "--json");
  assert.match(again.stderr, new RegExp(`${COUNT} films were read before`));
  assert.equal(again.stdout, first.stdout);
});

test("a run that was stopped in the middle of a line goes on, and gives what a whole run gives", () => {
  const whole = evaluate("--out", "whole", "--json");
  evaluate("--out", "part", "--json");
  const store = join(folder, "part", "films.jsonl");
  const text = readFileSync(store, "utf8");
  truncateSync(store, text.length - Math.round(text.length / 3));
  const rest = evaluate("--out", "part", "--json");
  assert.match(rest.stderr, /2\d films were read before/);
  assert.equal(rest.stdout, whole.stdout);
  assert.equal(readFileSync(store, "utf8").split("\n").length, text.split("\n").length);
});

test("a film whose file has changed is read again", () => {
  evaluate("--out", "changed");
  const name = join(films, rows[3].name);
  const before = readFileSync(name);
  appendFileSync(name, " ");
  assert.match(evaluate("--out", "changed").stderr, new RegExp(`${COUNT - 1} films were read before`));
  writeFileSync(name, before);
});

test("films that another model has read are not taken for this one's", () => {
  evaluate("--out", "theirs");
  const { status, stderr } = evax("evaluate", films, "--labels", labels, "--model", other, "--out", "theirs");
  assert.equal(status, 4);
  assert.match(stderr, /another model or variant has read.*\n.*OUTPUT_EXISTS/);
  assert.equal(evax("evaluate", films, "--labels", labels, "--model", other, "--out", "theirs", "--force").status, 1);
});

test("thresholds are chosen on one split and measured on the other, and only these films are read", () => {
  const { stdout } = evaluate("--split", "test", "--choose-on", "val", "--rule", "sensitivity=0.9", "--prevalence", "0.1", "--group", "sex", "--json");
  const { data, findings: [finding] } = JSON.parse(stdout);
  assert.deepEqual([data.measured, data.measureOn, data.chooseOn, data.labeled], [COUNT / 2, "test", "val", COUNT]);
  const point = finding.points.at(-1);
  assert.deepEqual([point.name, point.chosen, point.atPrevalence.prevalence], ["sensitivity 0.9", "other split", 0.1]);
  assert.equal(JSON.parse(evaluate("--split", "test", "--json").stdout).data.labeled, COUNT / 2);
});

test("a second model is compared on the same films", () => {
  const { against } = JSON.parse(evaluate("--against", other, "--json").stdout);
  assert.equal(against.findings[0].n, COUNT);
  assert.ok(Array.isArray(against.findings[0].differenceCi95));
  const same = JSON.parse(evaluate("--against", model, "--json").stdout).against.findings[0];
  assert.deepEqual([same.difference, same.largestScoreDifference], [0, 0]);
});

test("a site card gives analyze its threshold and evidence, and is refused by another model and after an edit", () => {
  evaluate("--out", "carded", "--rule", "youden", "--name", "ward 3", "--recalibrate", "platt");
  const card = join(folder, "carded", "site-card.json");
  const { threshold } = JSON.parse(readFileSync(card, "utf8")).findings["Finding 1"];
  const film = join(films, rows[0].name);
  const [{ info }, { findings: [, finding] }] = evax("analyze", film, "--model", model, "--card", card, "--json").stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(finding.threshold, threshold);
  assert.equal(finding.above, finding.score > threshold);
  assert.match(info.facts[1].dataset, /^your films: ward 3, \d{4}-/);
  assert.equal(info.siteCard.name, "ward 3");
  assert.match(evax("info", "--model", model, "--card", card).stdout, /ward 3/);
  const refused = evax("analyze", film, "--model", other, "--card", card);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /site card belongs to another model.*\n.*SITE_CARD_MODEL/);
  writeFileSync(join(folder, "edited.json"), readFileSync(card, "utf8").replace("ward 3", "ward 4"));
  assert.match(evax("analyze", film, "--model", model, "--card", "edited.json").stderr, /SITE_CARD_EDITED/);
  assert.match(evax("analyze", film, "--model", model, "--card", "none.json").stderr, /none\.json.*\n.*INPUT_UNREADABLE/);
});

test("names of the table can be mapped, and what is asked for wrongly is said before any film is read", () => {
  const { findings } = JSON.parse(evaluate("--map", "Erguss=Finding 2", "--json").stdout);
  assert.deepEqual(findings.map(({ label }) => label), ["Finding 1"], "a column of blanks says nothing");
  for (const [args, pattern] of /** @type {[string[], RegExp][]} */ ([
    [["--map", "Erguss=Finding 9"], /Finding 9.*did you mean/], [["--map", "Erguss"], /--map must be NAME=VALUE/],
    [["--rule", "yuden"], /OPTION_INVALID/], [["--prevalence", "2"], /OPTION_INVALID/], [["--file-column", "fille"], /LABELS_INVALID/],
    [["--split", "tset"], /LABELS_INVALID|no film is left/], [["--only", "nowhere.txt"], /INPUT_UNREADABLE/], [["--json", "--csv"], /not both/],
  ])) {
    const { status, stdout, stderr } = evaluate(...args);
    assert.ok(status === 1 || status === 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, pattern);
  }
  assert.equal(evax("evaluate", films).status, 2);
});
