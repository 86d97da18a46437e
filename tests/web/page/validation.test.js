/* validation.test.js - validation in the page: films of the queue, a table of labels, and a report of those that were read.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Evaluator } from "../../../web/evaluate/evaluator.js";
import { FilmQueue } from "../../../web/page/films/film-queue.js";
import { Validation } from "../../../web/page/validation/validation.js";
import { knownWords } from "../../../web/page/validation/known-words.js";
import { countsOf, nameOf } from "../../../web/page/validation/scored-films.js";
import { done, failed, finding, origin } from "../../support/films.js";

const COUNT = 24;
const info = /** @type {any} */ ({ ...origin, labels: ["Mass", "Nodule"], facts: [{ threshold: 0.5 }, { threshold: null }] });
const scoreOf = (name) => ((Number.parseInt(name.slice(1), 10) * 7) % 37) / 37;
const showsOf = (i) => Number(i % 3 !== 0);
const NAMES = Array.from({ length: COUNT }, (_, i) => `f${i}.png`);
const item = (name) => ({ name, source: new Uint8Array(1) });
const csv = (rows) => new Blob([`file,Mass\n${rows.map(([name, shows]) => `${name},${shows}`).join("\n")}`]);
const LABELS = csv(NAMES.map((name, i) => [name, showsOf(i)]));

const resultOf = (name) => ({ ...done().result, small: null, reasons: [],
  findings: [finding({ label: "Mass", score: scoreOf(name), logit: scoreOf(name) }), finding({ label: "Nodule" })] });

/** A queue whose engine fails on "bad" and hangs on "slow" until it is let go. */
function stage() {
  let go = () => {};
  const released = new Promise((resolve) => { go = () => resolve(null); });
  const read = /** @type {string[]} */ ([]);
  const queue = new FilmQueue(async ({ name }, signal) => {
    read.push(name);
    if (name === "bad.png") throw Object.assign(new Error("damaged"), { code: "IMAGE_CORRUPT" });
    if (name === "f20.png") await Promise.race([released, new Promise((_, no) => signal.addEventListener("abort", no))]);
    return /** @type {any} */ (resultOf(name));
  });
  const stop = new AbortController();
  const validation = new Validation(queue, () => info, () => null, new Evaluator());
  validation.follow(stop.signal);
  /** Waits until that is so. */
  const until = async (what) => {
    for (const end = Date.now() + 120_000; !what();) {
      assert.ok(Date.now() < end, `${what} does not come about`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { queue, validation, read, go, until, end: () => stop.abort() };
}

/** AUC as the share of pairs in order. */
function pairsInOrder(names, shows) {
  const of = (wanted) => names.filter((_, i) => shows[i] === wanted).map(scoreOf);
  const pairs = of(1).flatMap((yes) => of(0).map((no) => (yes > no ? 1 : yes === no ? 0.5 : 0)));
  return pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
}

test("films that were read already are measured as they are, once; one that fails is counted", async () => {
  const { queue, validation, read, go, until, end } = stage();
  go();
  queue.add([...NAMES, "bad.png"].map(item));
  await until(() => !queue.isBusy);
  const more = Array.from({ length: 6 }, (_, i) => `f${24 + i}.png`);
  queue.add(more.map(item));
  await until(() => !queue.isBusy);
  const all = [...NAMES, ...more], shows = all.map((_, i) => Number(i % 2));
  validation.take(csv([...all.map((name, i) => [name, shows[i]]), ["bad.png", 1], ["elsewhere.png", 0]]), "labels.csv");
  await until(() => validation.report);
  assert.deepEqual(validation.counts, { all: 31, done: 30, failed: 1, canceled: 0, pending: 0 });
  const [mass, ...none] = validation.report.findings;
  assert.deepEqual(none, []);
  const auc = pairsInOrder(all, shows);
  assert.ok(auc > 0.2 && auc < 0.8 && auc !== 0.5, "it is no trivial one");
  assert.ok(Math.abs(mass.auc.value - auc) < 1e-12);
  assert.deepEqual(validation.report.problems.refused, { count: 1, first: ["bad.png: damaged [INPUT_UNREADABLE]"] });
  assert.deepEqual(validation.report.problems.unmatchedRows.first, ["elsewhere.png"]);
  assert.equal(read.length, 31, "no film is read twice");
  end();
});

test("a cancel ends the reading, not what was read; going on reads the rest and measures anew", async () => {
  const { queue, validation, go, until, end } = stage();
  validation.take(LABELS, "labels.csv");
  assert.equal(validation.error, null, "labels before films are no error");
  queue.add([item("apart.png"), ...NAMES.map(item)]);
  await until(() => queue.films[21].status === "reading");
  validation.update();
  assert.deepEqual([validation.counts.done, validation.counts.pending, validation.report], [20, 4, null]);
  validation.cancel();
  await until(() => validation.report);
  assert.deepEqual([validation.counts.canceled, validation.report.data.measured, validation.report.problems.refused.count], [4, 20, 4]);
  const first = validation.report;
  go();
  validation.resume();
  await until(() => validation.report !== first);
  assert.equal(validation.report.data.measured, COUNT);
  assert.deepEqual(validation.report.findings[0].warnings.map(({ code }) => code), ["FEW_FILMS"], "8 films without it support nothing");
  end();
});

test("a rule proposes thresholds, and the report is made anew; without one the model's own is measured", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  const shows = NAMES.map((_, i) => Number(i % 2));
  queue.add(NAMES.map(item));
  validation.take(csv(NAMES.map((name, i) => [name, shows[i]])), "labels.csv");
  await until(() => validation.report);
  assert.deepEqual(validation.report.findings[0].points.map(({ name }) => name), ["model"]);
  const before = validation.report;
  validation.wish({ measuring: { rules: { "*": { kind: "specificity", value: 0.9 } } } });
  await until(() => validation.report !== before);
  const [own, proposed] = validation.report.findings[0].points;
  assert.equal(proposed.name, "specificity 0.9");
  const negatives = NAMES.filter((_, i) => !shows[i]).map(scoreOf);
  assert.ok(negatives.filter((score) => score <= proposed.threshold).length / negatives.length >= 0.9);
  const hits = NAMES.filter((name, i) => shows[i] && scoreOf(name) > 0.5).length;
  assert.deepEqual([own.sensitivity.hits, own.sensitivity.of], [hits, 12]);
  end();
});

test("one group of films is measured alone, under a name; baselines learn elsewhere; a group that goes takes its choice along", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  queue.add(NAMES.map(item));
  const rows = NAMES.map((name, i) => `${name},${i % 2},${i < 20 ? "F" : "M"},${i % 4 < 3 ? "a" : "b"}`);
  validation.take(new Blob([`file,Mass,sex,split\n${rows.join("\n")}`]), "labels.csv");
  const next = async (wishes) => {
    const before = validation.report;
    validation.wish(wishes);
    await until(() => validation.report && validation.report !== before);
    return validation.report.data;
  };
  await until(() => validation.report);
  assert.equal(validation.report.data.name, "labels.csv");
  const { name, measured, where, baselinesOn } = await next({ measuring: { where: { sex: "F" }, baselinesOn: "b", name: "ward 3" } });
  assert.deepEqual([name, measured, where, baselinesOn], ["ward 3", 15, { sex: "F" }, "b"], "20 of F, less the 5 of b");
  assert.deepEqual((await next({ reading: { groups: [] } })).where, {});
  validation.take(LABELS, "others.csv");
  await until(() => validation.report?.data.name === "others.csv");
  assert.deepEqual([validation.report.data.measured, validation.report.data.baselinesOn], [COUNT, null]);
  end();
});

test("a table that is none of labels is left out with its reason, and the labels before stay; films know their labels", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  queue.add(NAMES.map(item));
  assert.equal(/** @type {any} */ (await validation.tryTable(new Blob(["date,remark\n1,2"]), "notes.csv")).code, "LABELS_INVALID");
  assert.deepEqual([validation.labels, validation.error], [null, null]);
  assert.equal(await validation.tryTable(LABELS, "labels.csv"), null);
  assert.ok(await validation.tryTable(new Blob([""]), "empty.csv"));
  await until(() => validation.report);
  assert.equal(validation.name, "labels.csv");
  assert.deepEqual(queue.films.slice(0, 4).map((film) => knownWords(validation.truthOf(film), info.labels)), ["none of these", "Mass", "Mass", "none of these"]);
  assert.equal(validation.truthOf(done()), null);
  end();
});

test("measuring is canceled and resumed; the films that were read stay", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  queue.add(NAMES.map(item));
  await until(() => !queue.isBusy);
  validation.take(LABELS, "labels.csv");
  await new Promise((resolve) => validation.addEventListener("change", function measuring() {
    if (!validation.measuring) return;
    validation.removeEventListener("change", measuring);
    validation.cancel();
    resolve(null);
  }));
  assert.deepEqual([validation.stopped, validation.measuring, validation.counts.done], [true, null, COUNT]);
  validation.update();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([validation.report, validation.measuring], [null, null], "nothing is measured until it is asked for");
  validation.resume();
  await until(() => validation.report);
  assert.equal(validation.report.data.measured, COUNT);
  end();
});

test("labels that no film has are an error until the films come; a list that is cleared has no report", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  queue.add([item("other.png")]);
  validation.take(LABELS, "labels.csv");
  await until(() => validation.error);
  assert.equal(/** @type {any} */ (validation.error).code, "LABELS_INVALID");
  queue.add(NAMES.map(item));
  await until(() => validation.report);
  assert.equal(validation.error, null);
  queue.clear();
  validation.update();
  await until(() => !validation.matching);
  assert.deepEqual([validation.table, validation.report, validation.counts.all], [null, null, 0]);
  validation.take(new Blob(["no table"]), "notes.csv");
  queue.add([item("f1.png")]);
  await until(() => validation.error);
  end();
});

test("films are named with their folders, which tell those of one name apart", async () => {
  const { queue, validation, go, until, end } = stage();
  go();
  const paths = NAMES.map((_, i) => `study/patient${i}/view1.png`);
  queue.add(paths.map((path, i) => ({ ...item(NAMES[i]), path })));
  validation.take(csv(paths.map((path, i) => [`root/${path}`, Number(i % 2)])), "valid.csv");
  await until(() => validation.report);
  assert.equal(validation.report.data.measured, COUNT);
  assert.equal(nameOf(queue.films[0]), paths[0]);
  assert.equal(nameOf(done()), "film.png");
  end();
});

test("films are counted by what became of them", () => {
  assert.deepEqual(countsOf([done(), /** @type {any} */ (failed()), done({ status: "reading" }), done({ status: "waiting" }), done({ status: "canceled" })]),
    { all: 5, done: 1, failed: 1, canceled: 1, pending: 2 });
});
