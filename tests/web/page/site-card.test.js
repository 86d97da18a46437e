/* site-card.test.js - a site card in the page: its thresholds and evidence stand for the model's until it is taken off.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf } from "../../../web/engine/analysis.js";
import { digestOf } from "../../../web/evaluate/site-card.js";
import { CardInUse } from "../../../web/page/site-card/card-in-use.js";
import { evidenceLine } from "../../../web/page/site-card/card-view.js";
import { finding, origin } from "../../support/films.js";

const manifest = { labels: ["Mass", "Nodule"], findings: { Mass: { threshold: 0.9, auc: 0.7 }, Nodule: { threshold: 0.3 } } };
const info = { model: origin.model, modelHash: origin.modelHash, facts: factsOf(/** @type {any} */ (manifest)) };
const FINDINGS = [finding({ label: "Mass", score: 0.5, threshold: 0.9, above: false }), finding({ label: "Nodule", score: 0.2, threshold: 0.3 })];

/** A card of the model that says something of Mass. */
async function card(over = {}) {
  const made = {
    format: "evax-site-card", version: 1, model: { name: origin.model, sha256: origin.modelHash }, name: "ward 3", date: "2026-11-29",
    findings: { Mass: {
      threshold: 0.4, rule: "Youden", chosen: "cross-validated", sensitivity: 0.8, sensitivity_ci95: null, specificity: 0.7, specificity_ci95: null,
      auc: 0.83, auc_ci95: [0.75, 0.9], n: 412, positives: 57, patients: 200, evidence: "validated",
      calibration: { method: "isotonic", scores: [0.1, 0.9], shares: [0.2, 0.6] }, note: "",
    } }, ...over,
  };
  return { ...made, digest: await digestOf(made) };
}

/** @param {unknown} content */
const file = (content) => new Blob([typeof content === "string" ? content : JSON.stringify(content)]);

test("a card's threshold, evidence and recalibration stand for the model's, also for films read before, until it is taken off", async () => {
  const use = new CardInUse(info);
  let changes = 0;
  use.addEventListener("change", () => { changes += 1; });
  await use.open(file(await card()), "site-card.json");
  const [mass, nodule] = use.applied(FINDINGS);
  assert.deepEqual([mass.threshold, mass.above, mass.sensitivity, mass.n, mass.dataset], [0.4, true, 0.8, 412, "your films: ward 3, 2026-11-29"]);
  assert.ok(Math.abs(Number(mass.calibrated) - 0.4) < 1e-12);
  assert.equal(evidenceLine(mass), "your films: n 412, AUC 0.83");
  assert.deepEqual([nodule.threshold, nodule.above, use.has("Nodule"), use.has("Mass")], [0.3, false, false, true]);
  use.use(null);
  const [before] = use.applied([mass]);
  assert.deepEqual([before.threshold, before.above, before.score, before.logit, "calibrated" in before], [0.9, false, 0.5, -1.5, false]);
  assert.equal(changes, 2);
});

test("what is no card, an edited one, and another model's are refused by name, and the one in use stays", async () => {
  const use = new CardInUse(info);
  const good = await card();
  await use.open(file(good), "good.json");
  /** @type {[unknown, string][]} */ const bad = [
    ["no card", "SITE_CARD_INVALID"], [{ findings: {} }, "SITE_CARD_INVALID"], [{ ...good, name: "ward 4" }, "SITE_CARD_EDITED"],
    [{ ...good, version: 2 }, "SITE_CARD_VERSION"], [await card({ model: { name: "other", sha256: "cd".repeat(32) } }), "SITE_CARD_MODEL"],
  ];
  for (const [content, code] of bad) await assert.rejects(use.open(file(content), "bad\u202e.json"), { code, message: /bad\?\.json/ });
  await assert.rejects(use.open(new Blob([new Uint8Array((4 << 20) + 1)]), "big.json"), { code: "SITE_CARD_INVALID", message: /bytes/ });
  assert.equal(use.about?.sha256, good.digest);
});
