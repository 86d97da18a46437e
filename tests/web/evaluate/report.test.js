/* The report: its figures against plain loops, what few or odd films must not get, baselines, groups, two models; the page, the
 * spreadsheet and the site card that are made of it.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readLabels } from "../../../web/evaluate/labels/labels.js";
import { siteCardOf } from "../../../web/evaluate/make-site-card.js";
import { prevalencesOf, rulesOf } from "../../../web/evaluate/measure/measure-options.js";
import { reportCsv } from "../../../web/evaluate/report/report-csv.js";
import { reportPage } from "../../../web/evaluate/report/report-page.js";
import { reportOf } from "../../../web/evaluate/report/report.js";
import { checkCardModel, readSiteCard } from "../../../web/evaluate/site-card.js";
import { SMALL_COPY, smallCopy, smallCopyInSteps } from "../../../web/evaluate/measure/small-copy.js";
import { randoms } from "../../../web/statistics/random.js";
import { processorMs } from "../../support/processor-time.js";

const LABELS = ["Effusion", "Mass"];
const HASH = "ab".repeat(32);

/** A label of which nothing but a threshold is known. @param {string} label @param {number | null} threshold */
const factsOf = (label, threshold) => ({
  label, threshold, sensitivity: null, specificity: null, auc: null, aucCi95: null, n: null, positives: null, dataset: null, evidence: null, note: null,
});
/** @type {import("../../../web/evaluate/report/report.js").ModelInfo} */
const INFO = {
  model: "Test <model>", modelHash: HASH, dtype: "q8", siteCard: null, variant: "relaxed", version: "0.1.0", labels: LABELS, license: "MIT", attribution: "",
  notice: "Research tool, not a medical device.", facts: LABELS.map((label, i) => factsOf(label, i ? null : 0.5)),
};
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Films drawn by a seed: a table, and what a model made of them. gain: how far apart the classes are. */
function drawn(n, { patients = n, gain = 1.5, seed = 1, share = 0.3, small = false, splits = [""] } = {}) {
  const random = randoms(seed);
  const rows = Array.from({ length: n }, (_, i) => ({ name: `f${i}.png`, shows: [random() < share, random() < share].map(Number), split: splits[i % splits.length] }));
  const films = rows.map(({ name, shows }) => {
    const logits = shows.map((one) => gain * one + 3 * (random() - 0.5) - 0.5);
    const pixels = small ? Array.from({ length: SMALL_COPY }, (_, c) => (c < 20 ? 60 * shows[0] : 0) + 40 * random()) : null;
    return { name, logits, scores: logits.map(sigmoid), reasons: random() < 0.1 ? ["TURNED"] : [], small: pixels };
  });
  const table = `file,patient,split,view,${LABELS.join(",")}\n${rows.map(({ name, shows, split }, i) =>
    `${name},p${i % patients},${split},${i % 3 ? "PA" : "AP"},${shows.join(",")}`).join("\n")}`;
  return { films, table, rows };
}

const measure = ({ films, table }, options = {}, other = null, info = INFO) =>
  reportOf({ info, films, refused: [] }, readLabels(table, films.map(({ name }) => name), LABELS), options, other);

test("sensitivity, specificity, PPV and NPV are those of plain counting, at the model's threshold and at a rule's", async () => {
  const set = drawn(300);
  const { findings: [{ points: [model, rule], n, positives }] } = await measure(set, { rules: rulesOf(["threshold=0.3"]) });
  assert.deepEqual([n, positives], [300, set.rows.filter(({ shows }) => shows[0]).length]);
  for (const { point, threshold } of [{ point: model, threshold: 0.5 }, { point: rule, threshold: 0.3 }]) {
    const of = (test) => set.films.filter((film, i) => test(film.scores[0] > threshold, set.rows[i].shows[0])).length;
    assert.equal(point.threshold, threshold);
    assert.deepEqual([point.sensitivity.hits, point.sensitivity.of], [of((a, y) => a && y), of((_, y) => y)]);
    assert.deepEqual([point.specificity.hits, point.specificity.of], [of((a, y) => !a && !y), of((_, y) => !y)]);
    assert.deepEqual([point.ppv.hits, point.ppv.of], [of((a, y) => a && y), of((a) => a)]);
    assert.deepEqual([point.npv.hits, point.npv.of], [of((a, y) => !a && !y), of((a) => !a)]);
  }
  assert.equal(rule.flips.toPositive, rule.above - model.above);
  assert.equal(rule.flips.toNegative, 0);
});

test("a threshold is never measured on the patients it was chosen on", async () => {
  /* Scores without knowledge: on the films that it is chosen on, Youden's threshold looks better than chance. */
  const set = drawn(120, { gain: 0, patients: 60, seed: 7 });
  const { findings } = await measure(set, { rules: rulesOf(["youden"]) });
  const [{ points: [, crossed] }] = findings;
  assert.equal(crossed.chosen, "cross-validated");
  const seen = set.films.map((film, i) => [film.scores[0] > crossed.threshold, set.rows[i].shows[0]]);
  const shareOf = (wanted) => seen.filter(([above, y]) => y === wanted && above === Boolean(wanted)).length / seen.filter(([, y]) => y === wanted).length;
  const apparent = shareOf(1) + shareOf(0);
  assert.ok(crossed.sensitivity.value + crossed.specificity.value < apparent - 0.05, `${apparent}`);
  const parted = drawn(200, { splits: ["val", "test"] });
  const report = await measure(parted, { measureOn: "test", chooseOn: "val", rules: rulesOf(["Effusion:sensitivity=0.9"]) });
  assert.equal(report.findings[0].points[1].chosen, "other split");
  assert.equal(report.findings[0].n, 100);
  assert.equal(report.findings[1].points.length, 0, "no rule for it, and the model has no threshold");
  await assert.rejects(measure(parted, { measureOn: "test", chooseOn: "test" }), { code: "OPTION_INVALID" });
  await assert.rejects(measure(parted, { measureOn: "tset" }), { code: "LABELS_INVALID", message: /val, test/ });
});

test("few films, one class, one patient, equal scores: no figure that they do not support, and the reason", async () => {
  const codes = async (set, options) => (await measure(set, options)).findings[0].warnings.map(({ code }) => code);
  const ten = await measure(drawn(10));
  assert.equal(ten.findings[0].auc, null);
  assert.deepEqual([ten.findings[0].points, ten.findings[0].roc, ten.findings[0].calibration], [[], [], null]);
  assert.deepEqual(await codes(drawn(10)), ["FEW_FILMS"]);
  assert.deepEqual(await codes(drawn(40, { share: 0 })), ["FEW_FILMS"]);
  const one = (await measure(drawn(100, { patients: 1 }))).findings[0];
  assert.equal(one.auc.ci95, null);
  assert.ok(one.warnings.some(({ code }) => code === "FEW_PATIENTS"));
  const same = drawn(100);
  for (const film of same.films) film.scores[0] = 0.4;
  const constant = (await measure(same, { rules: rulesOf(["youden"]) })).findings[0];
  assert.equal(constant.auc.value, 0.5);
  assert.ok(constant.warnings.some(({ code }) => code === "CONSTANT"));
  const exchanged = drawn(200, { gain: -2 });
  assert.ok((await codes(exchanged)).includes("WORSE_THAN_CHANCE"));
  const apart = (await measure(drawn(60, { gain: 50 }))).findings[0];
  assert.deepEqual([apart.auc.value, apart.auc.interval], [1, "score"], "an interval of no width is not believed");
  assert.ok(apart.auc.ci95[0] < 0.97);
});

test("DeLong's interval is there where every film is another patient's, and only there", async () => {
  assert.ok((await measure(drawn(200))).findings[0].auc.delong95);
  assert.equal((await measure(drawn(200, { patients: 100 }))).findings[0].auc.delong95, null);
});

test("baselines are scored on patients they did not learn from, and a score that a thumbnail matches is warned of", async () => {
  const { findings: [effusion, mass] } = await measure(drawn(300, { small: true, gain: 1 }));
  assert.deepEqual(effusion.baselines.map(({ name }) => name), ["thumbnail", "brightness"]);
  assert.ok(effusion.baselines[0].auc > 0.95, "the thumbnail was drawn so");
  assert.ok(effusion.warnings.some(({ code }) => code === "THUMBNAIL"));
  /* Of 256 columns of noise a ridge fitted and scored on the same films would have an AUC near 1. */
  assert.ok(Math.abs(mass.baselines[0].auc - 0.5) < 0.12, `${mass.baselines[0].auc}`);
  const { findings: [taught] } = await measure(drawn(300, { small: true, splits: ["train", "test"] }), { measureOn: "test", baselinesOn: "train" });
  assert.equal(taught.n, 150);
  assert.ok(taught.baselines[0].auc > 0.95);
});

test("a group that alone tells the finding is named, and figures stand by group", async () => {
  const set = drawn(300);
  const told = { ...set, table: set.table.split("\n").map((line, i) => (i && i % 10 ? line.replace(/PA|AP/, /,1,\d$/.test(line) ? "AP" : "PA") : line)).join("\n") };
  const { findings: [effusion] } = await measure(told);
  assert.ok(effusion.warnings.some(({ code, message }) => code === "GROUP_TELLS" && /view/.test(message)));
  const { findings: [fair] } = await measure(set);
  assert.ok(!fair.warnings.some(({ code }) => code === "GROUP_TELLS"));
  assert.deepEqual(fair.groups.map(({ value, n }) => [value, n]), [["AP", 100], ["PA", 200]]);
  const { findings: [inside], data } = await measure(set, { where: { view: "AP" } });
  assert.deepEqual([inside.n, data.where], [100, { view: "AP" }]);
  await assert.rejects(measure(set, { where: { vew: "AP" } }), { code: "LABELS_INVALID", message: /did you mean view/ });
});

test("the same picture twice counts once, and what two tables say of it differently is unknown", async () => {
  const set = drawn(100);
  set.films.push({ ...set.films[0], name: "copy.png" }, { ...set.films[1], name: "other.png" });
  const [a, b] = [set.rows[0].shows, set.rows[1].shows];
  const table = `${set.table}\ncopy.png,p0,,PA,${a.join(",")}\nother.png,p1,,PA,${[1 - b[0], b[1]].join(",")}`;
  const { problems, findings } = await measure({ ...set, table });
  assert.deepEqual([problems.repeatedFilms.count, problems.contradictingFilms.count], [2, 1]);
  assert.match(problems.contradictingFilms.first[0], /other\.png is f1\.png: Effusion/);
  assert.deepEqual(findings.map(({ n }) => n), [99, 100]);
});

test("two models: paired differences, and decisions that flip by truth", async () => {
  const set = drawn(400, { gain: 1 });
  const films = set.films.map((film) => ({ ...film, scores: film.scores.map((score) => Math.min(1, score * 1.1)) }));
  const { against } = await measure(set, {}, { info: { ...INFO, model: "other" }, films, refused: [] });
  const [effusion, mass] = against.findings;
  assert.deepEqual([effusion.difference, effusion.differenceCi95], [0, [0, 0]], "the same order of films");
  const flipping = set.films.filter((film) => film.scores[0] <= 0.5 && film.scores[0] * 1.1 > 0.5).length;
  assert.equal(effusion.flips.positives.toPositive + effusion.flips.negatives.toPositive, flipping);
  assert.ok(Math.abs(effusion.largestScoreDifference - Math.max(...set.films.map(({ scores }) => Math.min(1, scores[0] * 1.1) - scores[0]))) < 1e-12);
  assert.equal(mass.flips, null, "without a threshold nothing flips");
});

test("a recalibration is judged on other patients, and helps scores that are far off", async () => {
  for (const recalibrate of ["platt", "isotonic"]) {
    const { findings: [{ calibration, recalibration }] } = await measure(drawn(500), { recalibrate });
    assert.ok(recalibration.after.ece < 0.6 * calibration.ece, `${recalibrate}: ${recalibration.after.ece} of ${calibration.ece}`);
    assert.equal(recalibration.proposed.method, recalibrate);
  }
});

test("rules and prevalences are read as people write them, and refused with what is wrong", async () => {
  assert.deepEqual(rulesOf(["youden", "A:b:sensitivity=.9"]), { "*": { kind: "youden" }, "A:b": { kind: "sensitivity", value: 0.9 } });
  assert.deepEqual(prevalencesOf(["0.05", "Mass:0.1"]), { "*": 0.05, Mass: 0.1 });
  for (const rule of ["yuden", "sensitivity", "sensitivity=90", "sensitivity=0.9=1", "threshold=1e-3", ""]) {
    assert.throws(() => rulesOf([rule]), { code: "OPTION_INVALID" }, rule);
  }
  for (const share of ["0", "1", "5%", ""]) assert.throws(() => prevalencesOf([share]), { code: "OPTION_INVALID" }, share);
  await assert.rejects(measure(drawn(40), { rules: rulesOf(["Efusion:youden"]) }), { code: "OPTION_INVALID", message: /did you mean Effusion/ });
});

test("the order in which films come changes no figure", async () => {
  const set = drawn(60, { patients: 30, small: true });
  const options = { rules: rulesOf(["youden"]), recalibrate: /** @type {const} */ ("platt") };
  const [one, other] = [await measure(set, options), await measure({ ...set, films: set.films.toReversed() }, options)];
  const rounded = (/** @type {unknown} */ value) => JSON.parse(JSON.stringify(value, (_, each) => (typeof each === "number" ? Number(each.toPrecision(9)) : each)));
  assert.deepEqual(rounded(other.findings), rounded(one.findings));
});

test("the report can be canceled", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(measure(drawn(50), { signal }), /enough/);
});

test("the page needs nothing else, shows no markup of others, and says every figure's interval", async () => {
  const set = drawn(200, { small: true });
  set.films[0].name = "f0.png";
  const page = reportPage(await measure(set, { name: "<script>alert(1)</script>", date: "2026-11-29", rules: rulesOf(["youden"]), prevalence: { "*": 0.1 }, recalibrate: "platt" }));
  assert.doesNotMatch(page, /<script|<img|<link|https?:|url\(|@import|javascript:/i);
  assert.match(page, /default-src 'none'/);
  assert.match(page, /&lt;script&gt;/);
  assert.match(page, /Test &lt;model&gt;/);
  for (const text of ["ROC curve", "precision-recall curve", "reliability curve", "Youden, cross-validated", "AUC", "Most wrong"]) assert.ok(page.includes(text), text);
  assert.doesNotMatch(page, /diagnos|\brisk|healthy|NaN|undefined|Infinity/i);
  const empty = reportPage(await measure(drawn(10)));
  assert.doesNotMatch(empty, /NaN|undefined|Infinity/);
});

test("the spreadsheet has a line for each finding and threshold, with blanks where nothing is supported", async () => {
  const lines = reportCsv(await measure(drawn(200), { rules: rulesOf(["youden"]) })).trim().split("\r\n");
  assert.equal(lines.length, 1 + 2 + 1);
  assert.match(lines[0], /^finding,n,positives,.*sensitivity,sensitivity_low/);
  const few = reportCsv(await measure(drawn(10))).trim().split("\r\n");
  assert.match(few[1], /^Effusion,10,\d+,10,\d+,,,,/);
});

test("a site card keeps thresholds and facts, is refused where it was edited, and for another model", async () => {
  const report = await measure(drawn(300, { small: true }), { name: "ward 3", date: "2026-11-29", rules: rulesOf(["sensitivity=0.9"]), recalibrate: "isotonic" });
  const card = await siteCardOf(report);
  const text = JSON.stringify(card);
  const read = await readSiteCard(text);
  assert.deepEqual(read, card);
  const { Effusion: finding } = read.findings;
  assert.equal(finding.rule, "sensitivity 0.9");
  assert.ok(Math.abs(finding.threshold - report.findings[0].points[1].threshold) < 1e-8);
  assert.ok(Math.abs(finding.auc - report.findings[0].auc.value) < 1e-8);
  assert.equal(finding.calibration.method, "isotonic");
  checkCardModel(read, "Test", HASH);
  assert.throws(() => checkCardModel(read, "Other", "cd".repeat(32)), { code: "SITE_CARD_MODEL" });
  /** @type {[(card: any) => void, RegExp][]} */ const edits = [
    [(c) => { c.findings.Effusion.threshold = "0.1"; }, /threshold must be/],
    [(c) => { c.findings.Effusion.auc = 2; }, /auc must be/], [(c) => { delete c.findings; }, /findings must be/],
    [(c) => { c.findings.Effusion.calibration = { method: "isotonic", scores: [0.5, 0.1], shares: [0, 1] }; }, /calibration must be/],
    [(c) => { c.model.sha256 = "x"; }, /model.sha256/], [(c) => { c.format = "other"; }, /format/], [(c) => { c.date = "today"; }, /date/],
  ];
  for (const [edit, pattern] of edits) {
    const changed = JSON.parse(text);
    edit(changed);
    await assert.rejects(readSiteCard(changed), { code: "SITE_CARD_INVALID", message: pattern });
  }
  await assert.rejects(readSiteCard({ ...card, name: "ward 4" }), { code: "SITE_CARD_EDITED" });
  await assert.rejects(readSiteCard({ ...card, version: 2 }), { code: "SITE_CARD_VERSION" });
  await assert.rejects(readSiteCard("{"), { code: "SITE_CARD_INVALID" });
});

test("a small copy is the means of the middle square, in gray and in color, at once or in steps", async () => {
  const [width, height] = [300, 256];
  const gray = Uint8Array.from({ length: width * height }, (_, i) => (i % width < 150 ? 40 : 200));
  const copy = smallCopy({ width, height, channels: 1, data: gray });
  assert.equal(copy.length, SMALL_COPY);
  assert.deepEqual([copy[0], copy[15], copy[255]], [40, 200, 200]);
  assert.ok(Math.abs(copy[256] - 120) < 2 && Math.abs(copy[257] - 80) < 1, "mean and deviation");
  const color = Uint8Array.from({ length: 3 * width * height }, (_, i) => gray[Math.floor(i / 3)]);
  assert.deepEqual(smallCopy({ width, height, channels: 3, data: color }), copy);
  let pauses = 0;
  assert.deepEqual(await smallCopyInSteps({ width, height, channels: 1, data: gray }, async () => { pauses += 1; }), copy);
  assert.equal(pauses, 16, "in between");
  assert.equal(smallCopy({ width: 3, height: 2, channels: 1, data: new Uint8Array(6).fill(9) })[0], 9, "smaller than the copy");
});

test("2,000 films of 14 findings with 2,000 draws each take seconds", async () => {
  const random = randoms(9), labels = Array.from({ length: 14 }, (_, i) => `F${i}`);
  const films = Array.from({ length: 2000 }, (_, i) => {
    const logits = labels.map(() => 4 * random() - 2);
    return { name: `${i}.png`, logits, scores: logits.map(sigmoid), reasons: [], small: null };
  });
  const table = `file,patient,${labels.join(",")}\n${films.map(({ name }, i) => `${name},p${i >> 1},${labels.map(() => Number(random() < 0.1)).join(",")}`).join("\n")}`;
  const began = processorMs();
  const info = { ...INFO, labels, facts: labels.map((label) => factsOf(label, 0.5)) };
  await reportOf({ info, films, refused: [] }, readLabels(table, films.map(({ name }) => name), labels));
  assert.ok(processorMs() - began < 15_000);
});
