/* What is known of the published models without being told, by model/ARCHITECTURE.md, sections 2 and 5. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { headOf, recipeOf } from "../../../web/convert/published-heads.js";

const throws = (run, code, message) => assert.throws(run, (/** @type {any} */ error) => {
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
});

test("the published heads are known by their number of outputs", () => {
  for (const [classes, scoring, first, last] of /** @type {const} */ ([[14, "sigmoid", "Atelectasis", "Hernia"],
    [5, "sigmoid", "Atelectasis", "Pleural Effusion"], [3, "softmax", "normal", "COVID-19"],
    [2, "softmax", "negative", "positive"]])) {
    const { labels, scoring: found } = headOf(classes, {});
    assert.deepEqual([labels.length, found, labels[0], labels.at(-1)], [classes, scoring, first, last]);
  }
  assert.deepEqual(headOf(0, {}).labels, []);
});

test("other heads need labels, those that are given win, and they must be as many as the outputs", () => {
  throws(() => headOf(7, {}), "LABELS_NEEDED", /7 outputs/);
  throws(() => headOf(1000, {}), "LABELS_NEEDED", /untrained model of timm/);
  const mine = { labels: ["x", "y", "z"], scoring: /** @type {const} */ ("sigmoid") };
  assert.deepEqual(headOf(3, mine).labels, ["x", "y", "z"]);
  throws(() => headOf(14, mine), "CARD_INVALID", /3 labels, the head 14/);
});

test("each dataset has its own preprocessing", () => {
  for (const [size, grid, dataset, resize] of /** @type {const} */ ([
    ["S", 14, "ChestX-ray14", 256], ["Ti", 14, "ChestX-ray14", 256], ["S", 14, "CheXpert", 256],
    ["Ti", 14, "CheXpert", 224], ["S", 30, "CovidX-3", 480], ["B", 30, "CovidX-4", 480]])) {
    const recipe = recipeOf({ size, grid }, dataset);
    assert.deepEqual([recipe.resize, recipe.crop], [resize, 16 * grid], `${dataset} ${size}`);
  }
});
