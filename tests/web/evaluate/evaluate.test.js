/* evaluate(): films through an engine, here and in a thread of its own, into a report; a site card back into an engine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { evaluate, load, siteCardOf } from "../../../web/evax-node.js";
import { temporaryFolder } from "../../support/repository.js";
import { tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const [model, other] = ["model", "other"].map((name) => join(folder, name));
writeModel(tinyModel(), model);
writeModel(tinyModel({ seed: 5 }), other);

const COUNT = 40;
const films = Array.from({ length: COUNT }, (_, i) => ({
  name: `f${i}.png`,
  input: { width: 32, height: 32, data: new Uint8Array(32 * 32).map((_value, at) => (at * (i + 3)) % (60 + 4 * i)) },
}));
const table = `file,Finding 1\n${films.map(({ name }, i) => `${name},${Number(i >= COUNT / 2)}`).join("\n")}`;

test("films are read when their turn comes, one that fails is refused, and only those that the table names are read", async () => {
  const engine = await load(model);
  const read = [];
  const given = [...films.map(({ name, input }) => ({ name, input: async () => { read.push(name); return input; } })),
    { name: "unnamed.png", input: () => assert.fail("it has no row") }, { name: "bad.png", input: new Uint8Array(9) }];
  const report = await evaluate(engine, given, `${table}\nbad.png,1`, { name: "ward", rules: { "*": { kind: "youden" } } });
  assert.deepEqual(read, films.map(({ name }) => name));
  assert.deepEqual([report.data.measured, report.data.refused], [COUNT, 1]);
  assert.match(report.problems.refused.first[0], /bad\.png: .*IMAGE_FORMAT/);
  assert.deepEqual(report.findings[0].baselines.map(({ name }) => name), ["thumbnail", "brightness"]);
  const { scores } = { scores: await Promise.all(films.map(async ({ input }) => (await engine.analyze(input)).findings[1].score)) };
  const pairs = scores.slice(COUNT / 2).flatMap((yes) => scores.slice(0, COUNT / 2).map((no) => Number(yes > no) + Number(yes === no) / 2));
  const auc = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
  assert.ok(Math.abs(report.findings[0].auc.value - auc) < 1e-12);
  engine.dispose();
});

test("a site card's thresholds and calibration stand in an engine here and in one in a thread; another model refuses it", async () => {
  const engine = await load(model);
  const card = await siteCardOf(await evaluate(engine, films, table, { name: "ward", rules: { "*": { kind: "youden" } }, recalibrate: "platt" }));
  engine.dispose();
  for (const worker of [false, true]) {
    const carded = await load({ model, card, worker });
    const [, { threshold, calibrated, dataset, score }] = (await carded.analyze(films[30].input)).findings;
    assert.equal(threshold, card.findings["Finding 1"].threshold);
    assert.match(String(dataset), /^your films: ward/);
    const { slope, offset } = /** @type {any} */ (card.findings["Finding 1"].calibration);
    assert.ok(Math.abs(Number(calibrated) - 1 / (1 + Math.exp(-(slope * Math.log(score / (1 - score)) + offset)))) < 1e-12);
    carded.dispose();
    await assert.rejects(load({ model: other, card, worker }), { code: "SITE_CARD_MODEL" });
  }
  await assert.rejects(load({ model, card: "no card" }), { code: "SITE_CARD_INVALID" });
});

test("an option that is none is refused, an abort ends it, and a model without scores cannot be measured", async () => {
  const engine = await load(model);
  await assert.rejects(evaluate(engine, films, table, /** @type {any} */ ({ rule: "youden" })), { code: "OPTION_INVALID", message: /did you mean rules/ });
  const stop = new AbortController();
  const onFilm = (/** @type {number} */ done) => { if (done === 3) stop.abort(new Error("enough")); };
  await assert.rejects(evaluate(engine, films, table, { signal: stop.signal, onFilm }), /enough/);
  engine.dispose();
  writeModel(tinyModel({ classes: 0 }), join(folder, "features"));
  const features = await load(join(folder, "features"));
  await assert.rejects(evaluate(features, films, table), { code: "OPTION_INVALID", message: /feature extractor/ });
  features.dispose();
});
