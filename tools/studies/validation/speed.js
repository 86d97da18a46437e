/* speed.js - how long the statistics of a report take: node speed.js [FILMS]. Films are drawn by a seed, two of each patient, of 14
 * findings, with a rule for thresholds, groups and a recalibration; small: with the trivial baselines, too. 25596 are as many as
 * ChestX-ray14's test list has.
 * SPDX-License-Identifier: MIT */
import { readLabels } from "../../../web/evaluate/labels/labels.js";
import { reportOf } from "../../../web/evaluate/report/report.js";
import { SMALL_COPY } from "../../../web/evaluate/measure/small-copy.js";
import { randoms } from "../../../web/statistics/random.js";

const count = Number(process.argv[2] ?? 2000);
const labels = Array.from({ length: 14 }, (_, i) => `Finding ${i + 1}`);
const random = randoms(1);
const shows = Array.from({ length: count }, () => labels.map(() => Number(random() < 0.1)));
const table = `file,patient,view,sex,${labels.join(",")}\n${shows.map((each, i) =>
  `${i}.png,p${i >> 1},${random() < 0.5 ? "PA" : "AP"},${random() < 0.5 ? "F" : "M"},${each.join(",")}`).join("\n")}`;
/** @type {import("../../../web/evaluate/report/report.js").ModelInfo} */
const info = {
  model: "drawn", modelHash: "", dtype: "q8", siteCard: null, variant: "relaxed", version: "", license: "", attribution: "", notice: "", labels,
  facts: labels.map((label) => ({
    label, threshold: 0.3, sensitivity: null, specificity: null, auc: null, aucCi95: null, n: null, positives: null, dataset: null, evidence: null, note: null,
  })),
};

for (const small of [false, true]) {
  const films = shows.map((each, i) => {
    const logits = each.map((one) => 1.5 * one + 4 * random() - 3);
    return {
      name: `${i}.png`, logits, scores: logits.map((logit) => 1 / (1 + Math.exp(-logit))), reasons: [],
      small: small ? Array.from({ length: SMALL_COPY }, () => 255 * random()) : null,
    };
  });
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await reportOf({ info, films, refused: [] }, readLabels(table, films.map(({ name }) => name), labels), { rules: { "*": { kind: "youden" } }, recalibrate: "isotonic" });
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({
    films: count, findings: 14, draws: 2000, baselines: small, seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }));
}
