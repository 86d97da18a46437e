/* Heads: trained, written, read and applied; hostile films and files refused with a reason. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { load, nearest } from "../../../web/evax-node.js";
import { warningsOf } from "../../../web/heads/head.js";
import { DEMO, film, withCode } from "../../support/repository.js";
import { embeddings } from "../../support/synthetic.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const engine = await load({ model: memorySource(tinyModel()) });
const { embeddingSpace, embeddingSize: width } = engine.info;
const of = (n, options) => embeddings(n, { width, embeddingSpace, ...options });
const positive = of(25, { shift: 1.5, seed: 1 }), negative = of(30, { seed: 2 });
const fitOptions = { name: "Pacemaker", positive, negative };
const head = await engine.head.fit(fitOptions);
const text = await engine.head.write(head);
const gray = (value) => ({ data: new Uint8Array(400).fill(value), width: 20, height: 20 });

test("a trained head scores films, and its findings carry its figures", async () => {
  const finding = await engine.head.apply(head, positive[0]);
  assert.equal(finding.label, "Pacemaker");
  assert.ok(Math.abs(finding.score - 1 / (1 + Math.exp(-finding.logit))) < 1e-12);
  assert.equal(finding.above, finding.score > 0.5);
  assert.deepEqual([finding.n, finding.positives, finding.evidence], [55, 25, "weak"]);
  assert.deepEqual(finding.aucCi95, head.evaluation.aucCi95);
  const mean = async (films) => {
    const findings = await Promise.all(films.map((one) => engine.head.apply(head, one)));
    return findings.reduce((sum, { score }) => sum + score / films.length, 0);
  };
  assert.ok(await mean(positive) > 0.6 && await mean(negative) < 0.4);
});

test("a head is trained on analyses and applied to one as they are", async () => {
  const analyses = await Promise.all([10, 60, 200, 250].map((v) => engine.analyze(gray(v))));
  assert.equal(analyses[0].embeddingSpace, embeddingSpace);
  const bright = await engine.head.fit(
    { name: "Bright", positive: analyses.slice(2), negative: analyses.slice(0, 2), evaluate: false });
  assert.equal(bright.evaluation, null);
  const { note, evidence } = await engine.head.apply(bright, analyses[3]);
  assert.match(note, /not been tested.*too few/);
  assert.equal(evidence, "none");
});

test("the same films give the same file, and a file read back the same head", async () => {
  assert.equal(await engine.head.write(await engine.head.fit(fitOptions)), text);
  assert.deepEqual(await engine.head.read(text), head);
});

test("a head works after dispose, and survives it", async () => {
  const other = await load({ model: memorySource(tinyModel()) });
  other.dispose();
  const again = await other.head.read(text);
  assert.equal((await other.head.apply(again, positive[0])).label, "Pacemaker");
});

test("few films, chance and no test at all are said plainly", () => {
  const evaluation = { ...head.evaluation, aucCi95: /** @type {[number, number]} */ ([0.4, 0.7]) };
  assert.match(warningsOf({ films: { positive: 19, negative: 90 }, evaluation }).join("\n"),
    /19 and 90 films are too few.*\n.*chance/);
  assert.equal(warningsOf(head).length, 1);
});

for (const [what, change, code, message] of /** @type {[string, any, string, RegExp][]} */ ([
  ["no film that shows it", { positive: [] }, "HEAD_FILMS", /none that shows/],
  ["no film that does not", { negative: [] }, "HEAD_FILMS", /none that does not/],
  ["films in both classes", { negative: [...negative, positive[3], positive[7]] },
    "HEAD_FILMS", /both classes: 1-3\.png, 1-7\.png/],
  ["a film of another model", { positive: [{ ...positive[0], embeddingSpace: "0" }] },
    "EMBEDDING_MODEL", /1-0\.png was read by another model/],
  ["an embedding of another width", { positive: [{ embedding: [1, 2] }] },
    "EMBEDDING_MODEL", /film 1 has 2 values, not 8/],
  ["no embedding", { positive: [{}] }, "EMBEDDING_MODEL", /no values/],
  ["nothing in place of a film", { positive: [null] }, "EMBEDDING_MODEL", /film 1/],
  ["an embedding with NaN", { positive: [{ embedding: Array(8).fill(NaN) }] }, "INPUT_VALUE", /film 1/],
  ["no name", { name: " " }, "OPTION_INVALID", /one visible line/],
  ["a name of two lines", { name: "a\nb" }, "OPTION_INVALID", /one visible line/],
  ["a name of 81 characters", { name: "a".repeat(81) }, "OPTION_INVALID", /80 characters/],
  ["a name with a hidden character", { name: "Mass\u200b" }, "OPTION_INVALID", /visible/],
  ["a name that turns what follows", { name: "\u202egnissim" }, "OPTION_INVALID", /visible/],
  ["a name that the model has", { name: "Finding 1" }, "OPTION_INVALID", /already/],
  ["a name that looks like one of the model", { name: "finding_1 " }, "OPTION_INVALID", /Finding 1 already/],
])) {
  test(`${what} is refused`, async () => {
    await assert.rejects(engine.head.fit({ ...fitOptions, ...change }), withCode(code, message));
  });
}

test("a film given twice counts once", async () => {
  const twice = await engine.head.fit({ ...fitOptions, positive: [...positive, ...positive] });
  assert.deepEqual(twice, head);
});

test("values that are constant in every film change nothing and break nothing", async () => {
  const flat = (films) => films.map(({ embedding }) =>
    ({ embedding: embedding.map((value, c) => (c < 2 ? value : 3)) }));
  const given = { name: "Flat", positive: flat(positive), negative: flat(negative) };
  const { weights, evaluation } = await engine.head.fit(given);
  assert.ok(weights.slice(2).every((w) => Math.abs(w) < 1e-6) && evaluation.auc > 0.5);
});

test("a head is trained on a thousand films", async () => {
  const many = { name: "Many", positive: of(500, { shift: 1, seed: 3 }),
    negative: of(500, { seed: 4 }), evaluate: false };
  assert.deepEqual((await engine.head.fit(many)).films, { positive: 500, negative: 500 });
});

test("a head of another model is refused, and both are named", async () => {
  const other = await load({ model: memorySource(tinyModel({ seed: 2 })) });
  await assert.rejects(other.head.read(text), withCode("HEAD_MODEL", /Pacemaker was trained on embeddings of tiny/));
  await assert.rejects(other.head.apply(head, positive[0]), withCode("HEAD_INVALID"));
});

test("other labels keep the embedding space; other weights, chunks and preprocessing change it", async () => {
  const relabeled = tinyModel();
  relabeled.manifest.labels = ["A", "B", "C"];
  relabeled.manifest.notice = "Other words.";
  assert.equal((await load({ model: memorySource(relabeled) })).info.embeddingSpace, embeddingSpace);
  const resized = tinyModel();
  resized.manifest.recipe.resize = 20;
  assert.notEqual((await load({ model: memorySource(resized) })).info.embeddingSpace, embeddingSpace);
});

/** A head's file with a change, and the digest made to fit. */
function edited(change) {
  const { digest: _, ...file } = JSON.parse(text);
  change(file);
  const digest = createHash("sha256").update(JSON.stringify(file)).digest("hex");
  return JSON.stringify({ ...file, digest });
}

test("a film whose score is the threshold is not above it", async () => {
  const even = await engine.head.read(edited((file) => {
    file.weights.fill(0);
    file.bias = 0;
  }));
  const { score, threshold, above } = await engine.head.apply(even, positive[0]);
  assert.deepEqual([score, threshold, above], [0.5, 0.5, false]);
});

test("an inconspicuous edit is refused by the digest", async () => {
  const one = JSON.parse(text);
  one.weights[3] += 0.001;
  await assert.rejects(engine.head.read(JSON.stringify(one)),
    withCode("HEAD_INVALID", /changed after the head was made/));
  await engine.head.read(edited(() => {}));
});

for (const [what, change, message] of /** @type {[string, (head: any) => void, RegExp][]} */ ([
  ["another format", (h) => { h.format = "head"; }, /format/],
  ["no weights", (h) => { delete h.weights; }, /weights/],
  ["too few weights", (h) => { h.weights.pop(); }, /embedding_size = 8/],
  ["a weight that is text", (h) => { h.weights[0] = "1"; }, /weights/],
  ["a weight beyond numbers", (h) => { h.weights[0] = Infinity; }, /weights/],
  ["a threshold above 1", (h) => { h.threshold = 2; }, /threshold/],
  ["a name with control characters", (h) => { h.name = "\u001b[2J"; }, /name/],
  ["a name that is an object", (h) => { h.name = { toString: 1 }; }, /name/],
  ["an AUC above 1", (h) => { h.evaluation.auc = 1.5; }, /evaluation\.auc/],
  ["an interval upside down", (h) => { h.evaluation.auc_ci95 = [0.9, 0.1]; }, /auc_ci95/],
  ["films that are no number", (h) => { h.films.positive = "many"; }, /films\.positive/],
  ["half a film", (h) => { h.films.negative = 0.5; }, /films\.negative/],
  ["a curve that is no list", (h) => { h.curve = {}; }, /curve/],
  ["a point without AUC", (h) => { delete h.curve[1].auc; }, /curve\[1\]\.auc/],
  ["a model that is null", (h) => { h.model = null; }, /model/],
  ["an embedding space that is no hash", (h) => { h.model.features = "abc"; }, /model\.features/],
  ["no notice", (h) => { h.notice = ""; }, /notice/],
])) {
  test(`a head with ${what} is refused by name`, async () => {
    await assert.rejects(engine.head.read(edited(change)), withCode("HEAD_INVALID", message));
  });
}

test("a newer head, no JSON, a list and a file of 2 MB are refused for what they are", async () => {
  await assert.rejects(engine.head.read(edited((h) => { h.version = 2; })),
    withCode("HEAD_VERSION", /version 2/));
  await assert.rejects(engine.head.read("<html>"), withCode("HEAD_INVALID", /not JSON/));
  await assert.rejects(engine.head.read("[]"), withCode("HEAD_INVALID", /format/));
  await assert.rejects(engine.head.read("null"), withCode("HEAD_INVALID", /format/));
  await assert.rejects(engine.head.read(" ".repeat(2 << 20)), withCode("HEAD_INVALID", /at most/));
});

test("the nearest of a set is the film itself, and others follow by cosine", async () => {
  const demo = await load({ model: DEMO });
  const names = ["nih_00000001_000.png", "kermany_IM-0117-0001.jpeg",
    "kermany_person101_virus_187.jpeg"];
  const set = [];
  for (const name of names) set.push({ name, ...await demo.analyze(film(name)) });
  const found = nearest(set[1].embedding, set, 2);
  assert.deepEqual(found.map(({ film: { name } }) => name), [names[1], names[2]]);
  assert.ok(Math.abs(found[0].similarity - 1) < 1e-6 && found[1].similarity < 1);
});

test("a set of another model and a film of zeros have an answer too", () => {
  assert.throws(() => nearest([1, 2], [{ embedding: [1] }]), withCode("EMBEDDING_MODEL", /1 values/));
  assert.equal(nearest([0, 0], [{ embedding: [1, 0] }])[0].similarity, 0);
  assert.deepEqual(nearest([1], []), []);
});

/** A head's file with other members and a digest that fits. */
async function forged(change) {
  const { digest: _, ...file } = JSON.parse(await engine.head.write(head));
  const members = { ...file, ...change };
  const digest = createHash("sha256").update(JSON.stringify(members)).digest("hex");
  return JSON.stringify({ ...members, digest });
}

test("a head's file with the name of the model's own finding, or one that cannot be seen, is refused", async () => {
  await assert.rejects(forged({ name: "FINDING 2" }).then((text) => engine.head.read(text)),
    withCode("HEAD_INVALID", /the model's own finding Finding 2/));
  await assert.rejects(forged({ name: "Mass\u2060" }).then((text) => engine.head.read(text)),
    withCode("HEAD_INVALID", /visible/));
});

test("a head whose score would be no number is refused where it is applied", async () => {
  const huge = await engine.head.read(await forged({ weights: [1e308, -1e308, ...new Array(6).fill(1e308)] }));
  const film = { embedding: Float32Array.from({ length: 8 }, (_, i) => (i === 1 ? 1e10 : 1e20)) };
  await assert.rejects(engine.head.apply(huge, film), withCode("HEAD_INVALID", /not a finite number/));
});
