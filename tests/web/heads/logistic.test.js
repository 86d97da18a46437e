/* The fit itself: its optimum, its choice of the penalty, its subspace, and the AUC with interval. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { aucInterval, aucOf } from "../../../web/statistics/auc.js";
import { crossValidate, learningCurve } from "../../../web/heads/cross-validation.js";
import { fitLogistic, logitOf } from "../../../web/heads/logistic.js";
import { fitPrototype } from "../../../web/heads/nearest-mean.js";
import { randoms, shuffled } from "../../../web/statistics/random.js";
import { subspaceOf } from "../../../web/heads/subspace.js";
import { sample } from "../../support/synthetic.js";

const close = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

/** The gradient of what logistic.js says it minimizes, in the embedding's own units. */
function gradient({ films, shows }, { weights, bias, penalty }) {
  const n = films.length, d = weights.length;
  const mean = Array.from({ length: d }, (_, c) => films.reduce((s, f) => s + f[c] / n, 0));
  const square = films.reduce((s, f) => s + f.reduce((t, v, c) => t + (v - mean[c]) ** 2, 0), 0) / n;
  const yes = shows.filter(Boolean).length;
  const total = Array.from(weights, (w) => penalty * square * w);
  let ofBias = 0;
  films.forEach((film, i) => {
    const share = n / 2 / (shows[i] ? yes : n - yes);
    const slope = share * (1 / (1 + Math.exp(-logitOf({ weights, bias }, film))) - shows[i]);
    ofBias += slope;
    film.forEach((value, c) => { total[c] += slope * (value - mean[c]); });
  });
  return [...total, ofBias];
}

for (const [n, width] of [[3, 40], [30, 12], [20, 60]]) {
  test(`${2 * n} films of ${width} values: the fit is the minimum that its contract names`, () => {
    const given = sample(n, { width });
    for (const slope of gradient(given, fitLogistic(given.films, given.shows))) {
      close(slope, 0, 2e-2);
    }
  });
}

test("classes of different size meet at score 0.5, not at their ratio", () => {
  const { films, shows } = sample(60, { shift: 2 });
  const kept = films.map((_, i) => i).filter((i) => !shows[i] || i < 6);
  const line = fitLogistic(kept.map((i) => films[i]), kept.map((i) => shows[i]));
  const missed = films.filter((film, i) => shows[i] && logitOf(line, film) < 0).length;
  assert.ok(missed < 20, `${missed} of 60 of the rare class are missed`);
});

test("pure noise takes the strongest penalty, a clear difference a weaker one", () => {
  const noise = sample(40, { width: 60, shift: 0 });
  assert.equal(fitLogistic(noise.films, noise.shows).penalty, 4);
  const clear = sample(40, { width: 12, shift: 3 });
  assert.ok(fitLogistic(clear.films, clear.shows).penalty < 1);
});

test("values that are the same in every film get no weight, and stay finite", () => {
  const { films, shows } = sample(10);
  const constant = films.map((film) => Float32Array.of(...film, 7, 0));
  const { weights, bias } = fitLogistic(constant, shows);
  assert.ok(weights.every(Number.isFinite) && Number.isFinite(bias));
  close(weights.at(-2), 0, 1e-9);
  close(weights.at(-1), 0, 1e-9);
});

test("films that are all the same give a line that says 0", () => {
  const film = Float32Array.of(1, 2, 3);
  const line = fitLogistic([film, film, film], [true, false, false]);
  close(logitOf(line, film), 0, 1e-6);
});

test("the same films give the same bits", () => {
  const given = sample(30);
  assert.deepEqual(fitLogistic(given.films, given.shows), fitLogistic(given.films, given.shows));
});

test("the subspace of few films holds them whole, and its directions are orthonormal", () => {
  const n = 9, d = 30, random = randoms(5);
  const x = Float64Array.from({ length: n * d }, () => random() - 0.5);
  for (let c = 0; c < d; c++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += x[i * d + c] / n;
    for (let i = 0; i < n; i++) x[i * d + c] -= mean;
  }
  const { k, directions, coordinates } = subspaceOf(x, n, d, 48);
  assert.equal(k, n - 1);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += directions[a * d + c] * directions[b * d + c];
      close(sum, a === b ? 1 : 0, 1e-12);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < d; c++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += coordinates[j * n + i] * directions[j * d + c];
      close(sum, x[i * d + c], 1e-9);
    }
  }
});

test("the prototype's line lies half-way between the two means", () => {
  const films = [[0, 0], [2, 0], [10, 4]].map((values) => Float32Array.from(values));
  const line = fitPrototype(films, [false, false, true]);
  close(logitOf(line, [5.5, 2]), 0, 1e-9);
  assert.ok(logitOf(line, [10, 4]) > 0 && logitOf(line, [1, 0]) < 0);
});

test("AUC counts pairs, ties half, whatever the order", () => {
  const scores = [0.1, 0.4, 0.4, 0.8, 0.4], shows = [false, true, false, true, true];
  let won = 0;
  for (const i of [1, 3, 4]) {
    for (const j of [0, 2]) won += Number(scores[i] > scores[j]) + Number(scores[i] === scores[j]) / 2;
  }
  close(aucOf(scores, shows), won / 6, 1e-12);
  const order = shuffled([0, 1, 2, 3, 4], randoms(9));
  close(aucOf(order.map((i) => scores[i]), order.map((i) => shows[i])), won / 6, 1e-12);
  assert.ok(Number.isNaN(aucOf([1, 2], [true, true])));
});

test("an interval holds its AUC, narrows with films, and is no point at 1", () => {
  for (const auc of [0, 0.3, 0.5, 0.9, 1]) {
    const [low, high] = aucInterval(auc, 10, 12);
    assert.ok(low <= auc && auc <= high && high - low > 0.1);
    const [lowMany, highMany] = aucInterval(auc, 1000, 1200);
    assert.ok(highMany - lowMany < (high - low) / 3);
    const [mirrored] = aucInterval(1 - auc, 10, 12);
    close(mirrored, 1 - high, 1e-9);
  }
  // One pair, put right by luck: nearly nothing can be said.
  assert.ok(aucInterval(1, 1, 1)[0] < 0.25);
});

test("cross-validation finds what is there, and finds nothing in noise", async () => {
  const clear = await crossValidate(sample(30, { shift: 2 }));
  assert.ok(clear.auc > 0.85 && clear.prototypeAuc > 0.8);
  assert.ok(clear.sensitivity > 0.7 && clear.specificity > 0.7);
  const noise = await crossValidate(sample(60, { width: 60, shift: 0 }));
  assert.ok(noise.aucCi95[0] < 0.5, String(noise.auc));
});

test("cross-validation trains on no film that it tests: random labels give no more than 0.5",
  async () => {
    let sum = 0;
    for (let seed = 0; seed < 8; seed++) {
      const { films, shows } = sample(12, { width: 100, shift: 0 });
      sum += (await crossValidate({ films, shows: shuffled(shows, randoms(seed)) })).auc / 8;
    }
    assert.ok(sum < 0.6, String(sum));
  });

test("a single film of a class cannot be cross-validated, and has no curve", async () => {
  const { films } = sample(3);
  const one = { films, shows: [true, false, false, false, false, false] };
  assert.equal(await crossValidate(one), null);
  assert.deepEqual(await learningCurve(one), []);
});

test("the learning curve grows and leaves films for testing", async () => {
  const curve = await learningCurve(sample(30, { shift: 1.5 }));
  assert.deepEqual(curve.map(({ films }) => films), [1, 2, 3, 5, 10, 20]);
  assert.ok(curve.at(-1).auc > curve[0].auc);
  assert.ok(curve.every(({ low, auc, high }) => low <= auc && auc <= high));
});

test("an abort ends cross-validation with the signal's reason", async () => {
  const reason = new Error("enough");
  await assert.rejects(crossValidate(sample(20), AbortSignal.abort(reason)), reason);
});
