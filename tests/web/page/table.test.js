/* The table of films: which are shown, in which order; and the export with a line a film. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { recordOf } from "../../../web/page/export/record.js";
import { wideCsvText } from "../../../web/page/export/wide-csv.js";
import { ALL, AS_ADDED, chosenFilms, findingOf, highestOf, labelsOf, nextOrder, orderedFilms, scoreKey }
  from "../../../web/page/table/film-order.js";
import { done, failed, origin } from "../../support/films.js";

/** A film with these scores of A and B, whose thresholds are 0.5 and none. */
const film = (id, name, a, b, { reasons = [], custom = [] } = {}) => {
  const [finding] = done().result.findings;
  const made = (label, score, threshold) =>
    ({ ...finding, label, score, threshold, above: threshold === null ? null : score > threshold });
  return done({ id, name, result: { ...done().result, reasons,
    findings: [made("A", a, 0.5), made("B", b, null)], customFindings: custom.map(([label, score]) => made(label, score, 0.2)) } });
};
const WARNED = [{ code: "TURNED", message: "It seems to be turned." }];
const films = [
  film(1, "film 10.png", 0.9, 0.1),
  film(2, "film 9.png", 0.2, 0.8, { reasons: WARNED }),
  /** @type {import("../../../web/page/films/film-queue.js").Film} */ ({ ...failed(), source: null, status: "failed", id: 3 }),
  film(4, "Film 2.dcm", 0.6, 0.3, { custom: [["Pacemaker", 0.7]] }),
];
const ids = (list) => list.map(({ id }) => id);
const nothingKnown = () => null;
const sorted = (by, descending, known = nothingKnown) => ids(orderedFilms(films, { by, descending }, known));
const chosen = (filter) => ids(chosenFilms(films, { ...ALL, ...filter }));

test("films are sorted by number, name, warnings, class and any finding; those without a value come last", () => {
  assert.deepEqual(sorted("number", true), [4, 3, 2, 1]);
  assert.deepEqual(sorted("name", false), [3, 4, 2, 1], "numbers in names count as numbers, case does not");
  assert.deepEqual(sorted("warnings", true), [2, 1, 4, 3]);
  assert.deepEqual(sorted(scoreKey("A"), true), [1, 4, 2, 3]);
  assert.deepEqual(sorted(scoreKey("A"), false), [2, 4, 1, 3]);
  assert.deepEqual(sorted(scoreKey("Pacemaker"), true), [4, 1, 2, 3]);
  assert.deepEqual(sorted("known", false, ({ id }) => ({ 1: "positive", 4: "negative" })[id] ?? null), [4, 1, 2, 3]);
});

test("the highest finding is the one that stands first in the film's own list: above a threshold before below", () => {
  assert.deepEqual(films.map((each) => highestOf(each)?.label), ["A", "A", undefined, "Pacemaker"]);
  assert.deepEqual(sorted("highest", true), [1, 4, 2, 3]);
  const [, , , last] = films;
  last.result.customFindings = [];
  assert.equal(highestOf(last).label, "A", "a custom finding that is gone is not remembered");
  last.result.customFindings = film(4, "", 0, 0, { custom: [["Pacemaker", 0.7]] }).result.customFindings;
});

test("films are chosen by name, warnings, and any finding's threshold and score, all at once", () => {
  assert.deepEqual(chosen({}), [1, 2, 3, 4]);
  assert.deepEqual(chosen({ name: " FILM " }), [1, 2, 4]);
  assert.deepEqual(chosen({ warnings: "with" }), [2]);
  assert.deepEqual(chosen({ warnings: "without" }), [1, 3, 4]);
  assert.deepEqual(chosen({ side: "above" }), [1, 4]);
  assert.deepEqual(chosen({ label: "A", side: "below" }), [2]);
  assert.deepEqual(chosen({ label: "B", side: "above" }), [], "without a threshold it is on no side");
  assert.deepEqual(chosen({ label: "B", least: 0.3 }), [2, 4]);
  assert.deepEqual(chosen({ least: 0.75 }), [1, 2]);
  assert.deepEqual(chosen({ label: "Pacemaker", side: "above", name: "2" }), [4]);
});

test("a second click on a column reverses it; scores begin with the largest, names and numbers with the first", () => {
  assert.deepEqual(nextOrder(AS_ADDED, "number"), { by: "number", descending: true });
  assert.deepEqual(nextOrder(AS_ADDED, "name"), { by: "name", descending: false });
  assert.deepEqual(nextOrder(AS_ADDED, scoreKey("A")), { by: "score:A", descending: true });
});

test("columns are the model's findings, then custom ones", () => {
  assert.deepEqual(labelsOf(films), ["A", "B", "Pacemaker"]);
  assert.equal(findingOf(films[0], "Pacemaker"), undefined);
});

test("the CSV with a line a film has every film once, and three columns a finding", () => {
  const record = (names) => recordOf(origin, films, { names, at: new Date(0) });
  const [head, ...lines] = wideCsvText(record(false)).trimEnd().split("\r\n").map((line) => line.split(","));
  assert.equal(lines.length, films.length);
  const cell = (line, name) => lines[line][head.indexOf(name)];
  assert.deepEqual([0, 1, 2, 3].map((i) => cell(i, "score_A")), ["0.9", "0.2", "", "0.6"]);
  assert.deepEqual([0, 1, 2, 3].map((i) => cell(i, "above_A")), ["true", "false", "", "true"]);
  assert.deepEqual([0, 3].map((i) => cell(i, "score_Pacemaker")), ["", "0.7"]);
  assert.deepEqual([cell(1, "reasons"), cell(2, "status"), cell(2, "error")], ["TURNED", "failed", films[2].error.code]);
  assert.ok(head.indexOf("score_B") < head.indexOf("score_Pacemaker"));
  assert.ok(!head.includes("name") && wideCsvText(record(true)).includes("broken.png"));
  assert.equal(wideCsvText(recordOf(origin, [], { names: false, at: new Date(0) })), "");
});
