/* export.test.js - what leaves the page as a file says everything it must and nothing it must
 * not.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { csvText } from "../../../web/page/export/csv.js";
import { jsonOf } from "../../../web/page/export/json.js";
import { recordOf } from "../../../web/page/export/record.js";
import { ENGLISH } from "../../../web/page/base/strings.js";
import { wideCsvText } from "../../../web/page/export/wide-csv.js";
import { done, failed, origin } from "../../support/films.js";

const AT = new Date(Date.UTC(2030, 0, 2, 3, 4, 5));
const record = (films, names = false) => recordOf(origin, films, { names, at: AT });

/* A reader of RFC 4180, so that the writer is not tested by its own rules. */
function parseCsv(text) {
  const rows = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let row = [], m; (m = pattern.exec(text));) {
    row.push(m[1] === undefined ? m[2] : m[1].replaceAll("\"\"", "\""));
    if (m[3] === "\r\n") { rows.push(row); row = []; }
  }
  return rows;
}

test("an export carries model hash, engine version, preprocessing and notice", async () => {
  const json = JSON.parse(await jsonOf(record([done()])).text());
  assert.equal(json.model.sha256, origin.modelHash);
  assert.equal(json.engine.version, origin.version);
  assert.deepEqual(json.model.preprocessing, origin.preprocessing);
  assert.equal(json.notice, origin.notice);
  assert.equal(json.createdAt, "2030-01-02T03:04:05.000Z");
});

test("an export says whose site card its thresholds are", async () => {
  const siteCard = { name: "ward 3", date: "2026-11-29", sha256: "12".repeat(32) };
  const carded = recordOf({ ...origin, siteCard }, [done()], { names: false, at: AT });
  assert.deepEqual(JSON.parse(await jsonOf(carded).text()).siteCard, siteCard);
  for (const spell of [csvText, wideCsvText]) {
    const [head, line] = parseCsv(spell(carded));
    assert.deepEqual(["site_card", "site_card_sha256"].map((name) => line[head.indexOf(name)]), ["ward 3", siteCard.sha256]);
  }
  assert.equal(record([done()]).siteCard, null);
});

test("a file name appears in JSON and CSV only when it is asked for", () => {
  const film = done({ name: "Doe, Jane 1950.png" });
  for (const spell of [JSON.stringify, csvText]) {
    assert.doesNotMatch(spell(record([film])), /Jane/);
    assert.match(spell(record([film], true)), /Jane/);
  }
});

test("every reason is in JSON and CSV, that of a canvas, too", () => {
  const film = { ...done({ id: 17 }), fromCanvas: true };
  assert.deepEqual(record([film]).films[0].reasons.map(({ code }) => code), ["CANVAS", "TURNED"]);
  const [head, line] = parseCsv(csvText(record([film])));
  assert.equal(line[head.indexOf("reasons")], "CANVAS TURNED");
  assert.deepEqual(["film", "model", "model_sha256"].map((name) => line[head.indexOf(name)]),
    ["17", origin.model, origin.modelHash]);
});

test("whatever the reason, it is in JSON and both kinds of CSV", () => {
  for (const code of Object.keys(ENGLISH.reasons)) {
    const film = done();
    film.result.reasons = [{ code, message: `because of ${code}` }];
    const made = record([film]);
    assert.deepEqual(made.films[0].reasons, [{ code, message: `because of ${code}` }]);
    for (const spell of [csvText, wideCsvText]) {
      const [head, line] = parseCsv(spell(made));
      assert.equal(line[head.indexOf("reasons")], code);
    }
  }
});

test("numbers are exported unrounded and every finding is there", () => {
  const { findings } = record([done()]).films[0];
  assert.equal(findings.length, done().result.findings.length);
  assert.equal(findings[0].score, 0.123456789);
});

test("CSV survives quotes, commas and line breaks", () => {
  const [head, line] = parseCsv(csvText(record([done({ name: "a \"b\", c\r\nd" })], true)));
  assert.equal(head.length, line.length);
  assert.equal(line[head.indexOf("name")], "a \"b\", c\r\nd");
});

test("CSV gives a spreadsheet no formula to run, and leaves negative numbers alone", () => {
  for (const evil of ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\ufeff=1",
    "\u200b=1", "\u00a0@SUM(A1)", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)"]) {
    const [head, line] = parseCsv(csvText(record([done({ name: evil })], true)));
    assert.equal(line[head.indexOf("name")], `'${evil}`);
    assert.equal(line[head.indexOf("logit")], "-1.5");
  }
});

test("CSV keeps its cells together where semicolons divide them", () => {
  const csv = csvText(record([done({ name: "film;=1+1" })], true));
  assert.ok(csv.includes('"film;=1+1"'), csv);
});

test("a film that failed keeps its line, with the error's code", () => {
  const rows = parseCsv(csvText(record([failed(), done()])));
  const [head, first] = rows;
  assert.equal(first[head.indexOf("error")], "IMAGE_CORRUPT");
  assert.equal(first[head.indexOf("score")], "");
  const { findings, customFindings } = done().result;
  assert.equal(rows.length, 1 + 1 + findings.length + customFindings.length);
});

test("every member and column of an export is in EXPORT.md", async () => {
  const schema = await readFile(new URL("../../../web/page/export/EXPORT.md", import.meta.url), "utf8");
  const json = record([done(), failed()], true);
  const named = (path) => assert.ok(schema.includes(`\`${path}\``), `${path} is not documented`);
  const { model, engine, films, ...top } = json;
  Object.keys(top).forEach(named);
  Object.keys(model).forEach((key) => named(`model.${key}`));
  Object.keys(engine).forEach((key) => named(`engine.${key}`));
  films.forEach((film) => Object.keys(film).forEach((key) => named(`films[].${key}`)));
  Object.keys(films[0].findings[0]).forEach((key) => named(`films[].findings[].${key}`));
  csvText(json).split("\r\n")[0].split(",").forEach(named);
});

test("what was measured on a film is exported with its unit and what that is of, by the spacing of the film as it was read", async () => {
  const dicom = { spacing: [0.2, 0.1], spacingAt: "detector", magnification: 1.25, pixelRatio: 2, orientation: null, inverted: false };
  const line = (kind, to) => ({ kind, a: { x: 0, y: 0 }, b: { x: to, y: 0 } });
  const film = (facts, treatment) => {
    const { result, ...over } = done();
    return { ...over, result: { ...result, input: { ...result.input, dicom: facts } },
      measures: { list: [line("length", 30), line("heart", 100), line("thorax", 200)], treatment } };
  };
  const schema = await readFile(new URL("../../../web/page/export/EXPORT.md", import.meta.url), "utf8");
  for (const [facts, treatment, length, unit, basis] of /** @type {any[]} */ ([[null, undefined, 30, "px", "pixels"], [dicom, undefined, 2.4, "mm", "magnified"],
    [{ ...dicom, magnification: null }, { turns: 1, flip: false, invert: false }, 6, "mm", "detector"]])) {
    const { measurements } = record([film(facts, treatment)]).films[0];
    assert.equal(measurements.lines[0].unit, unit);
    assert.equal(measurements.lines[0].basis, basis);
    assert.ok(Math.abs(measurements.lines[0].length - length) < 1e-12);
    assert.equal(measurements.cardiothoracicRatio, 0.5);
    assert.equal(measurements.calibration, null);
    for (const key of Object.keys(measurements)) assert.ok(schema.includes(`\`films[].measurements.${key}\``), key);
    for (const key of Object.keys(measurements.lines[0])) assert.ok(schema.includes(`\`films[].measurements.lines[].${key}\``), key);
  }
  const byHand = film(dicom, undefined);
  byHand.measures.list[0].known = 60;
  const { measurements: { calibration, lines } } = record([byHand]).films[0];
  assert.deepEqual({ ...calibration, spacing: calibration.spacing.map((mm) => mm.toFixed(9)) }, { line: 0, length: 60, spacing: ["4.000000000", "2.000000000"] });
  assert.deepEqual(lines.map(({ length, unit, basis }) => [Math.round(length), unit, basis]), [60, 200, 400].map((length) => [length, "mm", "calibrated"]));
  for (const key of Object.keys(calibration)) assert.ok(schema.includes(`\`films[].measurements.calibration.${key}\``), key);
});

test("custom findings are exported beside the model's findings, and marked", () => {
  const made = record([done()]);
  assert.deepEqual(made.films[0].customFindings.map(({ label }) => label), ["Stripes"]);
  const [head, ...lines] = parseCsv(csvText(made));
  const column = (name) => lines.map((line) => line[head.indexOf(name)]);
  assert.deepEqual(column("label"), ["Pleural_Thickening", "Mass", "Stripes"]);
  assert.deepEqual(column("custom"), ["false", "false", "true"]);
});

test("no export holds an embedding or a thumbnail", () => {
  assert.doesNotMatch(JSON.stringify(record([done()])), /embedding|thumbnail|embeddingSpace/);
});
