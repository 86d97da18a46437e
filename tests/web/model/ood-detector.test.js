/* ood-detector.js: the reasons it gives, and manifests whose member `guard` does not fit the model. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OodDetector } from "../../../web/model/ood-detector.js";
import { readManifest } from "../../../web/model/manifest.js";
import { withCode } from "../../support/repository.js";
import { manifestBytes } from "../../support/manifest-bytes.js";
import { tinyModel } from "../../support/tiny.js";

const C = 8;
const packed = (numbers) => Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
const unit = (at) => Array.from({ length: C }, (_, i) => Number(i === at));

/** Distance: axis 0 counts 4, the others 1; classifiers: channel 1 is "turned", 2 "inverted", 4 "not like films". */
const member = () => ({
  distance: { mean: packed(new Array(C).fill(1)), axes: packed(unit(0)), weights: packed([3]), rest: 1, limit: 2 },
  probes: [
    { code: "TURNED", weights: packed(unit(1)), offset: -1, limit: 3 },
    { code: "INVERTED", weights: packed(unit(2)), offset: -1, limit: 3 },
    { code: "NOT_LIKE_FILMS", weights: packed(unit(4)), offset: -1, limit: 3 },
  ],
});

const codes = (embedding) =>
  new OodDetector(member()).reasons(Float32Array.from(embedding)).map(({ code }) => code);
const ones = (changes) => Object.assign(new Array(C).fill(1), changes);

test("the distance weighs the leading axes by their own weight", () => {
  const detector = new OodDetector(member());
  assert.equal(detector.distance(Float32Array.from(ones({}))), 0);
  assert.equal(detector.distance(Float32Array.from(ones({ 0: 3 }))), Math.sqrt(16 / C));
  assert.equal(detector.distance(Float32Array.from(ones({ 3: 3 }))), Math.sqrt(4 / C));
});

test("a film like the others has no reasons; each test has its own", () => {
  assert.deepEqual(codes(ones({})), []);
  assert.deepEqual(codes(ones({ 1: 4 })), []);
  assert.deepEqual(codes(ones({ 1: 4.5 })), ["TURNED"]);
  assert.deepEqual(codes(ones({ 1: 4.5, 2: 4.5 })), ["TURNED", "INVERTED"]);
  assert.deepEqual(codes(ones({ 0: 5 })), ["NOT_LIKE_FILMS"]);
  assert.deepEqual(codes(ones({ 4: 4.5 })), ["NOT_LIKE_FILMS"]);
});

test("a film that two tests find unlike films has that reason once", () => {
  assert.deepEqual(codes(ones({ 0: 5, 2: 4.5, 4: 4.5 })), ["INVERTED", "NOT_LIKE_FILMS"]);
});

test("every reason has a sentence for people", () => {
  const [reason] = new OodDetector(member()).reasons(Float32Array.from(ones({ 2: 9 })));
  assert.match(reason.message, /inverted/);
});

const read = (change) => {
  const { manifest } = tinyModel();
  manifest.guard = member();
  change(manifest.guard);
  return readManifest(manifestBytes(manifest));
};

test("a detector that fits the model is accepted", () => {
  assert.equal(read(() => {}).guard?.probes.length, 3);
});

for (const [what, change, message] of /** @type {[string, (guard: any) => void, RegExp][]} */ ([
  ["a list that is too short", (g) => { g.distance.mean = packed([1, 2]); }, /distance\.mean/],
  ["axes that do not go with the weights", (g) => { g.distance.weights = packed([1, 2]); }, /distance\.axes/],
  ["a list that is no base64", (g) => { g.distance.mean = `*${g.distance.mean.slice(1)}`; }, /distance\.mean/],
  ["a list cut short by its padding", (g) => { g.distance.mean = `${g.distance.mean.slice(0, -2)}==`; },
    /distance\.mean/],
  ["numbers that are not finite", (g) => { g.probes[0].weights = packed(unit(0).fill(NaN)); }, /probes\[0\]/],
  ["an unknown probe", (g) => { g.probes[0].code = "UPSIDE"; }, /probes\[0\]\.code/],
  ["a probe twice", (g) => { g.probes[1].code = "TURNED"; }, /probes\[1\]/],
  ["a limit that is not a number", (g) => { g.distance.limit = "2"; }, /distance\.limit/],
  ["no distance", (g) => { delete g.distance; }, /guard\.distance/],
])) {
  test(`refused: ${what}`, () => {
    assert.throws(() => read(change), withCode("MANIFEST_INVALID", message));
  });
}
