/* strings.test.js - numbers, order and sentences that the page shows.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { against, duration, fraction, logit, size, words } from "../../../web/page/base/format.js";
import { inOrder, nextOrder } from "../../../web/page/results/finding-order.js";
import { briefOf, summaryOf } from "../../../web/page/results/summary.js";
import { finding } from "../../support/films.js";

const labels = (findings) => findings.map(({ label }) => label).join("");

test("a score has two decimals and never claims to be exactly 0 or 1", () => {
  assert.equal(fraction(0.1449), "0.14");
  assert.equal(fraction(0.0004), "< 0.01");
  assert.equal(fraction(0.9996), "> 0.99");
  assert.equal(fraction(0), "0.00");
  assert.equal(fraction(1), "1.00");
  assert.equal(fraction(null), "\u2013");
  assert.equal(logit(-1.234), "\u22121.23");
});

test("a score and a threshold that differ never look equal", () => {
  assert.deepEqual(against(0.021, 0.017), ["0.021", "0.017"]);
  assert.deepEqual(against(0.031, 0.017), ["0.03", "0.02"]);
  assert.deepEqual(against(0.5, 0.5), ["0.50", "0.50"]);
  assert.deepEqual(against(0.5, null), ["0.50", "\u2013"]);
});

test("sizes and times have their unit", () => {
  assert.equal(size(6_126_584), "6.1 MB");
  assert.equal(size(999_600), "1.0 MB");
  assert.equal(size(12_345), "12 kB");
  assert.equal(duration(103.4), "103 ms");
  assert.equal(duration(1500), "1.5 s");
  assert.equal(words("Pleural_Thickening"), "Pleural Thickening");
});

test("findings above threshold come first, then those below, then those without one; none is lost", () => {
  const all = [finding({ label: "a" }), finding({ label: "b", threshold: 0.9 }),
    finding({ label: "c", threshold: 0.1 }), finding({ label: "d", threshold: 0.05 })];
  assert.equal(labels(inOrder(all, { by: "verdict", descending: true })), "dcba");
  assert.equal(labels(inOrder(all, { by: "threshold", descending: true })), "bcda");
  assert.equal(labels(inOrder(all, { by: "threshold", descending: false })), "dcba");
  assert.equal(labels(all), "abcd");
});

test("of those above threshold better evidence comes first, then the larger distance; of those below the nearer", () => {
  const all = [finding({ label: "a", score: 0.9, threshold: 0.1, evidence: "weak" }),
    finding({ label: "b", score: 0.52, threshold: 0.5, evidence: "validated" }), finding({ label: "c", score: 0.06, threshold: 0.005, evidence: "validated" }),
    finding({ label: "d", score: 0.1, threshold: 0.9 }), finding({ label: "e", score: 0.4, threshold: 0.5 })];
  assert.equal(labels(inOrder(all, { by: "verdict", descending: true })), "cbaed");
});

test("a second click on a column turns the order round", () => {
  const first = nextOrder({ by: "verdict", descending: true }, "label");
  assert.deepEqual(first, { by: "label", descending: false });
  assert.deepEqual(nextOrder(first, "label"), { by: "label", descending: true });
});

test("the summary names what is above threshold, how weak the evidence is, and counts the rest", () => {
  const said = summaryOf([finding({ label: "Mass", score: 0.5, threshold: 0.25 }),
    finding({ label: "Edema", score: 0.5, threshold: 0.25, evidence: "validated" }),
    finding({ threshold: 0.9 }), finding()]);
  assert.equal(said, "2 of 4 findings above threshold: Mass 0.50 (threshold 0.25), weak evidence; "
    + "Edema 0.50 (threshold 0.25). 1 below, 1 without a threshold.");
  assert.match(summaryOf([]), /no findings/);
  assert.equal(briefOf([finding({ threshold: 0.9 }), finding()]), "0 of 2 findings above threshold. 1 below, 1 without a threshold.");
});

test("the page's words promise nothing clinical", async () => {
  const { text } = await import("../../../web/page/base/strings.js");
  const page = await readFile(new URL("../../../web/site/index.html", import.meta.url), "utf8");
  const said = JSON.stringify(text, (_, v) => (typeof v === "function" ? String(v) : v)) + page;
  assert.doesNotMatch(said, /diagnos(is|e|es|ed|tic\b)|\brisk|\bhealthy|\bscreening|\btriage/i);
});
