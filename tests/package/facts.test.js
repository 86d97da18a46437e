/* facts.test.js - facts that several languages must write down: every copy says the same.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { VERSION } from "../../web/base/version.js";
import { headOf } from "../../web/convert/published-heads.js";
import { at as pathOf } from "../support/repository.js";

const text = (...path) => readFileSync(pathOf(...path), "utf8");
/** What stands between two marks, each of which must be there. */
function between(source, start, end) {
  const at = source.indexOf(start);
  assert.ok(at >= 0, `${start} is missing`);
  const from = at + start.length;
  return source.slice(from, source.indexOf(end, from));
}
const quoted = (source) => [...source.matchAll(/"([^"]+)"/g)].map(([, word]) => word);

test("scripts and engine have one version, which package.json gets when it is staged", () => {
  assert.equal(between(text("src", "evax.h"), "EVX_VERSION \"", "\""), VERSION);
});

test("the labels of ChestX-ray14 have one order: converter, training, demo model, documents", () => {
  const { labels } = JSON.parse(text("model", "demo", "manifest.json"));
  assert.equal(labels.length, 14);
  assert.deepEqual(quoted(between(text("tools", "train", "labels.py"), "LABELS = [", "]")), labels);
  assert.deepEqual(headOf(14, {}).labels, labels);
  const sentence = between(text("model", "ARCHITECTURE.md"), "ChestX-ray14: ", ". CheXpert");
  assert.deepEqual(sentence.split(/,\s+/), labels);
});
