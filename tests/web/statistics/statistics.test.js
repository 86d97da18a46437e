/* The statistics against independent ones: scikit-learn, SciPy and R's pROC, as oracles.py stored them; and the edges
 * of each, by hand.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { aucInterval, aucOf } from "../../../web/statistics/auc.js";
import { aucBootstrap } from "../../../web/statistics/bootstrap.js";
import {
  brier, calibrated, calibrationError, fitIsotonic, fitPlatt, reliability,
} from "../../../web/statistics/calibration.js";
import { averagePrecision, precisionRecallCurve, rocCurve, stepsOf } from "../../../web/statistics/curves.js";
import { delong, delongDifference, delongInterval } from "../../../web/statistics/delong.js";
import { foldsOf } from "../../../web/statistics/folds.js";
import { predictiveValues, proportionOf, wilson } from "../../../web/statistics/proportion.js";
import { randoms } from "../../../web/statistics/random.js";
import { addedSums, columnSums, ridgeOn, scoreOf, sumsOf } from "../../../web/statistics/ridge.js";
import { chooseThreshold } from "../../../web/statistics/thresholds.js";

const ORACLES = JSON.parse(readFileSync(new URL("oracles.json", import.meta.url), "utf8"));

/** @param {number} a @param {number} b @param {number} [tolerance] */
const close = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} [tolerance] */
function allClose(a, b, tolerance) {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) close(a[i], b[i], tolerance);
}

/** The area below a polyline. @param {readonly [number, number][]} points */
const areaOf = (points) => points.slice(1).reduce((sum, [x, y], i) => sum + (x - points[i][0]) * (y + points[i][1]) / 2, 0);

/** Whether a point lies on the line between two others. */
const isBetween = ([ax, ay], [bx, by], [x, y]) => Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 1e-9
  && x >= ax - 1e-12 && x <= bx + 1e-12 && y >= ay - 1e-12 && y <= by + 1e-12;

/** Whether a polyline passes a point. */
const passes = (points, point) => points.slice(1).some((end, i) => isBetween(points[i], end, point));

for (const { name, y, a, b, patients, ...expected } of ORACLES.cases) {
  test(`${name}: AUC and ROC are scikit-learn's`, () => {
    allClose([aucOf(a, y), aucOf(b, y)], expected.auc);
    const roc = rocCurve(stepsOf(a, y));
    close(areaOf(roc), expected.auc[0]);
    for (const point of expected.roc) assert.ok(passes(roc, point), `the curve does not pass ${point}`);
  });

  test(`${name}: precision, recall and average precision are scikit-learn's`, () => {
    const steps = stepsOf(a, y);
    close(averagePrecision(steps), expected.average_precision);
    /* scikit-learn goes on to the end where all is recalled, and lists it from there. */
    const theirs = expected.pr.toReversed();
    precisionRecallCurve(steps).forEach(([recall, precision], i) => allClose([recall, precision], theirs[i]));
  });

  test(`${name}: DeLong's variance, interval and paired difference are pROC's`, () => {
    const measured = delong([a, b], y);
    allClose(measured.aucs, expected.auc);
    close(measured.covariances[0][0], expected.proc.variance, 1e-12);
    close(measured.covariances[0][1], expected.proc.covariance, 1e-12);
    allClose(delongInterval(measured.aucs[0], measured.covariances[0][0]), expected.proc.ci95);
    allClose(delongDifference(measured), expected.proc.difference);
  });

  test(`${name}: the bootstrap of patients agrees with 20,000 plain draws within its Monte Carlo error`, () => {
    const { intervals: [own], differences: [difference] } = aucBootstrap([a, b], y, patients);
    /* An end of 2,000 draws scatters by about a tenth of the standard error of the AUC, a twentieth of the width. */
    const width = expected.bootstrap.a[1] - expected.bootstrap.a[0];
    allClose(own, expected.bootstrap.a, 0.08 * width);
    const wide = expected.bootstrap.difference[1] - expected.bootstrap.difference[0];
    allClose(difference, expected.bootstrap.difference, 0.08 * wide);
  });

  test(`${name}: the Brier score, Platt's sigmoid and isotonic regression are scikit-learn's`, () => {
    close(brier(a, y), expected.brier);
    const platt = fitPlatt(a, y);
    close(platt.slope, expected.platt.slope, 1e-4);
    close(platt.offset, expected.platt.offset, 1e-4);
    const isotonic = fitIsotonic(a, y);
    allClose(expected.isotonic.at.map((score) => calibrated(isotonic, score)), expected.isotonic.shares);
  });

  test(`${name}: Wilson's interval is SciPy's, and films of one patient count as the ratio estimator says`, () => {
    const { threshold, wilson: [low, high], effective } = expected.sensitivity;
    const shown = y.flatMap((shows, i) => (shows ? [i] : []));
    const hits = shown.map((i) => a[i] > threshold);
    const share = proportionOf(hits, shown.map((i) => patients[i]));
    allClose(wilson(share.hits / share.of, share.of), [low, high], 1e-6);
    if (new Set(shown.map((i) => patients[i])).size < shown.length) close(share.effective, effective, 1e-6);
    allClose(share.ci95, wilson(share.value, share.effective));
  });
}

test("ridge regression is scikit-learn's, of films that were learned from and of others, also from sums of parts", () => {
  const { x, y, trained, scores } = ORACLES.ridge;
  const rows = x.map((/** @type {number[]} */ row) => Float32Array.from(row));
  const parts = [0, 1, 2].map((part) => sumsOf(rows, trained.map((one, i) => Number(one && i % 3 === part)), rows[7]));
  const having = columnSums(rows, trained.map((one, i) => Number(one && y[i])), rows[7]);
  const linear = ridgeOn(addedSums(parts), 10)(having);
  allClose(rows.map((row) => scoreOf(row, linear)), scores, 1e-5);
});

test("a column that is constant where ridge regression learns says nothing of other films", () => {
  const random = randoms(6);
  const rows = Array.from({ length: 40 }, (_, i) => Float32Array.of(200 * random(), i < 30 ? 200.1 : 7));
  const [trained, y] = [rows.map((_, i) => Number(i < 30)), rows.map(([value]) => Number(value > 100))];
  const { weights } = ridgeOn(sumsOf(rows, trained, rows[39]), 1)(columnSums(rows, y.map((one, i) => one * trained[i]), rows[39]));
  assert.equal(weights[1], 0);
  assert.ok(weights[0] > 0);
});

test("films of the same patients make an interval wider than as many independent films", () => {
  const random = randoms(4);
  const y = Array.from({ length: 300 }, (_, i) => Number(i % 3 === 0));
  const scores = y.map((shows) => shows + 2 * random());
  const copied = [...y, ...y, ...y], same = [...scores, ...scores, ...scores];
  const widthOf = (patients) => {
    const { intervals: [[low, high]] } = aucBootstrap([same], copied, patients);
    return high - low;
  };
  const clustered = widthOf(copied.map((_, i) => String(i % 300)));
  const independent = widthOf(copied.map((_, i) => String(i)));
  close(clustered / independent, Math.sqrt(3), 0.2);
});

test("draws of one class alone have no AUC, and where most are such there is no interval", () => {
  const { intervals } = aucBootstrap([[0.1, 0.2, 0.3]], [0, 0, 1], ["a", "a", "b"]);
  assert.equal(intervals[0], null);
  assert.deepEqual(aucBootstrap([[0.5, 0.5, 0.5, 0.5]], [0, 1, 0, 1], ["a", "a", "b", "b"]).intervals[0], [0.5, 0.5]);
});

test("constant scores: AUC one half, a diagonal, and no threshold between", () => {
  const y = [0, 1, 0, 1], same = [0.4, 0.4, 0.4, 0.4];
  assert.equal(aucOf(same, y), 0.5);
  assert.deepEqual(rocCurve(stepsOf(same, y)), [[0, 0], [1, 1]]);
  assert.equal(chooseThreshold({ kind: "youden" }, same, y), 0.4);
  const lower = chooseThreshold({ kind: "sensitivity", value: 0.9 }, same, y);
  assert.ok(lower < 0.4 && lower >= 0);
});

test("a rule's threshold holds what it asks for, and the next one would not", () => {
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], y = [0, 0, 1, 0, 1, 1];
  close(chooseThreshold({ kind: "youden" }, scores, y), 0.45);
  close(chooseThreshold({ kind: "sensitivity", value: 1 }, scores, y), 0.25);
  close(chooseThreshold({ kind: "sensitivity", value: 0.6 }, scores, y), 0.45);
  close(chooseThreshold({ kind: "specificity", value: 1 }, scores, y), 0.45);
  close(chooseThreshold({ kind: "specificity", value: 0.6 }, scores, y), 0.25);
  assert.equal(chooseThreshold({ kind: "threshold", value: 0.77 }, scores, y), 0.77);
  assert.equal(chooseThreshold({ kind: "sensitivity", value: 1 }, [0, 0.5], [1, 0]), null, "nothing lies below 0");
});

test("a share of no films is none; of films that are all alike, patients count", () => {
  assert.equal(proportionOf([], []), null);
  const all = proportionOf([true, true, true, true], ["a", "a", "b", "b"]);
  assert.equal(all.effective, 2);
  assert.equal(all.ci95[1], 1);
});

test("PPV and NPV at a prevalence are Bayes' (Altman and Bland 1994, liver scans)", () => {
  /* 231 of 258 abnormal livers and 54 of 86 normal ones were told rightly; at a prevalence of 0.25: PPV 0.45, NPV 0.95. */
  const [sensitivity, specificity] = [[231, 258], [54, 86]].map(([hits, of]) => ({ value: hits / of, ci95: wilson(hits / of, of) }));
  const { ppv, npv } = predictiveValues(sensitivity, specificity, 0.25);
  close(ppv.value, 0.45, 0.005);
  close(npv.value, 0.95, 0.005);
  assert.ok(ppv.ci95[0] < ppv.value && ppv.value < ppv.ci95[1]);
});

test("the calibration error is the mean gap weighted by films; scores of 1 are in the last tenth", () => {
  const bins = reliability([0.55, 0.55, 0.95, 1], [1, 0, 1, 1]);
  assert.deepEqual(bins.map(({ n }) => n), [2, 2]);
  close(calibrationError(bins), 0.5 * 0.05 + 0.5 * 0.025);
});

test("Platt's sigmoid stays finite where the classes are apart, and where all scores are equal", () => {
  for (const scores of [[0.1, 0.2, 0.8, 0.9], [0.5, 0.5, 0.5, 0.5], [0, 0, 1, 1]]) {
    const platt = fitPlatt(scores, [0, 0, 1, 1]);
    assert.ok(Number.isFinite(platt.slope) && Number.isFinite(platt.offset), JSON.stringify(platt));
    for (const score of scores) assert.ok(calibrated(platt, score) >= 0 && calibrated(platt, score) <= 1);
  }
});

test("all films of a patient are in one fold, and each fold has both classes", () => {
  const patients = Array.from({ length: 100 }, (_, i) => `p${i % 40}`);
  const shows = patients.map((patient) => Number(Number(patient.slice(1)) % 8 === 0));
  const folds = foldsOf(patients, shows, 5);
  const seen = new Map();
  patients.forEach((patient, i) => {
    assert.equal(seen.get(patient) ?? folds[i], folds[i]);
    seen.set(patient, folds[i]);
  });
  for (let fold = 0; fold < 5; fold++) {
    assert.ok(patients.some((_, i) => folds[i] === fold && shows[i]), `fold ${fold} lacks a positive film`);
  }
});

test("the interval of a perfect AUC does not shrink to a point", () => {
  const [low, high] = aucInterval(1, 12, 30);
  assert.ok(low < 0.95 && high === 1);
});
