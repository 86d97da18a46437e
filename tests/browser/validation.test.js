/* validation.test.js - a person gives films and their labels to the page, and reads how good the model is on them: the AUC
 * shown is that of an engine outside the browser, counted pair by pair.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load } from "../../web/evax-node.js";
import { dice } from "../support/dice.js";
import { pngOf } from "../support/pictures.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, buildSite, clickInRoom, giveInRoom, inRoom, openServer, untilRoom } from "./stage.js";

const SIDE = 64, COUNT = 28, FEWEST = 10;
/* Kernels differ by less: films of two classes must lie further apart, or their order would depend on the browser. */
const APART = 0.002;

/** A picture like no other: a bright disk on a slope. */
function picture(seed) {
  const roll = dice(seed);
  const [x0, y0, radius, base, slope] = [roll(SIDE), roll(SIDE), 6 + roll(24), 20 + roll(90), roll(16) / 10];
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    return Math.min(255, base + slope * y + (Math.hypot(x - x0, y - y0) < radius ? 90 : 0) + roll(12));
  });
  return pngOf({ rows: SIDE, columns: SIDE, data });
}

/** Films in the order of their scores, in runs of one class. */
function labeled(films) {
  const sorted = [...films].sort((a, b) => a.score - b.score);
  let [shows, run] = [0, 0];
  return sorted.map((film, i) => {
    const gap = i ? film.score - sorted[i - 1].score : 0;
    if (run >= 4 && gap > APART) [shows, run] = [1 - shows, 0];
    run += 1;
    return { ...film, shows };
  });
}

/** The share of pairs in order. */
function aucOf(films) {
  const [no, yes] = [0, 1].map((wanted) => films.filter(({ shows }) => shows === wanted));
  const right = yes.flatMap((a) => no.map((b) => Number(a.score > b.score)));
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

/** Films, labels of one finding of the demo model, and what the page must show of it. */
async function sample() {
  const engine = await load(`${REPOSITORY}model/demo`);
  const analyses = [];
  for (let seed = 1; seed <= COUNT; seed++) {
    const png = picture(seed);
    analyses.push({ name: `film-${seed}.png`, png, findings: (await engine.analyze(png)).findings });
  }
  const range = (at) => Math.max(...analyses.map(({ findings }) => findings[at].score)) - Math.min(...analyses.map(({ findings }) => findings[at].score));
  const { labels, modelHash } = engine.info;
  const widest = labels.reduce((best, _, at) => (range(at) > range(best) ? at : best), 0);
  engine.dispose();
  const films = labeled(analyses.map(({ name, png, findings }) => ({ name, png, score: findings[widest].score })));
  const csv = `file;patient;${labels[widest]};Erguss;sex\n${films.map(({ name, shows }, i) => `${name};p${i};${shows};${1 - shows};${"FM"[i % 2]}`).join("\n")}`
    + "\nbroken.png;p99;1;0;F\nnowhere.png;p98;1;0;F";
  return { films, csv, label: labels[widest], other: labels.find((label) => label !== labels[widest]), modelHash, auc: aucOf(films) };
}

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let site, made;
    before(async () => {
      [site, made] = await Promise.all([buildSite(`validation-${name}`), sample()]);
    });

    test("films and labels become a report, through a cancel and with a film that fails", async (t) => {
      const { films, csv, modelHash, auc } = made;
      for (const wanted of [0, 1]) assert.ok(films.filter(({ shows }) => shows === wanted).length >= FEWEST, "the sample has both classes");
      const server = await openServer(t, site);
      const context = await (await sharedBrowser(name)).createBrowserContext();
      const page = await context.newPage();
      await page.goto(server.url);
      await clickInRoom(page, ".primary");
      await untilRoom(page, (root) => Boolean(root.querySelector(".intake")));

      await giveInRoom(page, { "apart.png": picture(99), "notes.csv": "date,remark\n2026-11-29,none" }, "input[multiple]");
      await untilRoom(page, (root) => /notes\.csv is no table of labels.*films are read/.test(root.querySelector(".messages").textContent));
      await untilRoom(page, (root) => root.querySelector(".films .done") && root.querySelector(".workspace").dataset.view === "film");

      await giveInRoom(page, { ...Object.fromEntries(films.map(({ name: file, png }) => [file, png])), "broken.png": "no picture", "labels.csv": csv },
        "input[multiple]");
      await untilRoom(page, (root) => root.querySelector(".workspace").dataset.view === "validation");
      await clickInRoom(page, ".cancel-validation:not([hidden])");
      await untilRoom(page, (root) => /canceled/.test(root.querySelector(".validation [role=status]").textContent));
      await clickInRoom(page, ".resume-validation:not([hidden])");
      const cells = await untilRoom(page, (root, count) => {
        const row = [...root.querySelectorAll(".validation-report tbody tr td")].map((cell) => cell.textContent);
        return row[0] === count && row;
      }, String(COUNT));
      const [, positives, patients, shown] = cells;
      assert.deepEqual([positives, patients], [String(films.filter(({ shows }) => shows).length), String(COUNT)]);
      assert.match(shown, /^0\.\d{3} \(0\.\d{3} to [01]\.\d{3}\)$/);
      assert.equal(shown.slice(0, 5), auc.toFixed(3));
      assert.match(await inRoom(page, (root) => root.querySelector("[data-problem=refused]").textContent), /^1 film not read.*broken\.png/);
      assert.match(await inRoom(page, (root) => root.querySelector("[data-problem=unmatchedRows]").textContent), /^1 row .*nowhere\.png/);
      assert.match(await inRoom(page, (root) => root.querySelector(".validation [role=status]").textContent), /28 of 29 read, 1 failed$/);

      await inRoom(page, (root) => {
        const rule = root.querySelector(".rule-kind");
        rule.value = "sensitivity";
        rule.dispatchEvent(new Event("change", { bubbles: true }));
      });
      const [threshold, sensitivity] = await untilRoom(page, (root, before) => {
        const row = [...root.querySelectorAll(".validation-report tbody tr td")].map((cell) => cell.textContent);
        return row[4] !== before && /^0\.\d\d \(/.test(row[5]) && row.slice(4, 6);
      }, cells[4]);
      assert.match(`${threshold} ${sensitivity}`, /^(< )?0\.\d\d 0\.\d\d \(/);

      await inRoom(page, (root) => root.querySelector(".validation-report tbody button").click());
      const plots = await inRoom(page, (root) => [...root.querySelectorAll(".report-detail .plot")].map((plot) => plot.getAttribute("aria-label")));
      assert.deepEqual(plots, ["ROC curve", "precision-recall curve", "reliability curve"]);
      assert.ok(await inRoom(page, (root) => getComputedStyle(root.querySelector(".plot .curve")).stroke !== "none" && root.querySelector(".plot").getBoundingClientRect().height > 100));

      const saved = await inRoom(page, async (root) => {
        const blobs = [];
        const before = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          blobs.push(blob);
          return before.call(URL, blob);
        };
        const buttons = [...root.querySelectorAll(".report-files [data-file]")];
        for (const button of buttons) button.click();
        while (blobs.length < buttons.length) await new Promise((resolve) => setTimeout(resolve, 20));
        URL.createObjectURL = before;
        const texts = await Promise.all(blobs.map((blob) => blob.text()));
        return { names: buttons.map((button) => button.textContent), texts };
      });
      assert.deepEqual(saved.names, ["report.html", "report.json", "report.csv", "site-card.json"]);
      const of = (start) => saved.texts.find((content) => content.startsWith(start));
      const report = JSON.parse(of("{\"format\":\"evax-evaluation\""));
      assert.ok(Math.abs(report.findings[0].auc.value - auc) < 1e-12);
      assert.deepEqual(report.findings[0].baselines.map((each) => each.name), ["thumbnail", "brightness"]);
      assert.equal(JSON.parse(of("{\"format\":\"evax-site-card\"")).model.sha256, modelHash);
      assert.match(of("finding,"), /\n/);
      assert.match(of("<!doctype html>"), /broken\.png/);

      await inRoom(page, (root) => [...root.querySelectorAll(".views button")].find(({ textContent }) => textContent === "Table").click());
      const known = await untilRoom(page, (root) => {
        const rows = [...root.querySelectorAll(".film-rows tbody tr:has(th)")].map((row) => [row.querySelector("th").textContent, row.querySelector(".known")?.textContent]);
        return rows.some(([, words]) => words) && rows;
      });
      const word = made.label.replaceAll("_", " ");
      const expected = new Map(films.map(({ name: file, shows }) => [file, shows ? word : "none of these"]));
      assert.ok(known.length > 3);
      for (const [file, words] of known) assert.equal(words, expected.get(file) ?? "", file);

      const card = of("{\"format\":\"evax-site-card\"");
      await giveInRoom(page, { "edited.json": card.replace("labels.csv", "better.csv") });
      await untilRoom(page, (root) => /edited\.json/.test(root.querySelector(".messages").textContent) && /changed after it was made/.test(root.querySelector(".messages").textContent));
      assert.equal(await inRoom(page, (root) => root.querySelector(".card-bar").hidden), true);
      const facts = (root, wanted) => {
        const row = [...root.querySelectorAll(".findings tbody tr")].find(({ dataset }) => dataset.label === wanted);
        return { threshold: row.querySelector(".threshold").textContent, evidence: row.querySelector(".measured-on")?.textContent ?? "" };
      };
      await clickInRoom(page, ".films .done button");
      const own = await inRoom(page, facts, made.label);
      await giveInRoom(page, { "site-card.json": card });
      await untilRoom(page, (root) => !root.querySelector(".card-bar").hidden);
      const carded = await inRoom(page, facts, made.label);
      assert.equal(carded.evidence, `your films: n ${COUNT}, AUC ${auc.toFixed(2)}`);
      assert.equal(carded.threshold, threshold);
      assert.match(await inRoom(page, (root) => root.querySelector(".bar-card").textContent), /with site card labels\.csv/);
      await untilRoom(page, (root) => Boolean(root.querySelector(".compare-with option[value=plain]")));
      await inRoom(page, (root) => {
        const against = root.querySelector(".compare-with");
        against.value = "plain";
        against.dispatchEvent(new Event("change", { bubbles: true }));
      });
      const compared = await untilRoom(page, (root) => root.querySelector(".report-against tbody tr")?.textContent);
      assert.ok(compared.includes("0.0000"), compared);
      assert.match(compared, /of 28$/);
      await inRoom(page, (root, label) => {
        const meant = root.querySelector(".mapping select");
        meant.value = label;
        meant.dispatchEvent(new Event("change"));
      }, made.other);
      await untilRoom(page, (root) => root.querySelectorAll(".validation-report > .scroll tbody tr").length === 2);
      await clickInRoom(page, ".take-off-card");
      assert.deepEqual(await inRoom(page, facts, made.label), own);
      for (const [control, value] of [[".films-name", "ward 3"], [".where-column", "sex"], [".where-value", "M"]]) {
        await inRoom(page, (root, [place, chosen]) => {
          root.querySelector(place).value = chosen;
          root.querySelector(place).dispatchEvent(new Event("change", { bubbles: true }));
        }, [control, value]);
      }
      await untilRoom(page, (root, count) => root.querySelector(".validation-report tbody tr td")?.textContent === count, String(COUNT / 2));
      await context.close();
    });
  });
}
