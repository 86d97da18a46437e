/* language.test.js - texts with gaps, and their languages.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { LANGUAGES, languageOf } from "../../../web/base/languages.js";
import { readFile, readdir } from "node:fs/promises";
import { ERROR_CODES, EvaxError } from "../../../web/base/errors.js";
import { ENGLISH_ERRORS, errorWords } from "../../../web/page/base/error-words.js";
import { against, size, words } from "../../../web/page/base/format.js";
import { language, setLanguage, wordsIn } from "../../../web/page/base/language.js";
import { fillMessage, gapsOf, parseMessage, rulesOf } from "../../../web/base/message.js";
import { ENGLISH } from "../../../web/page/base/strings.js";
import { ENGLISH_REPORT } from "../../../web/page/validation/report-wording.js";
import { reasonsOf } from "../../../web/page/films/reasons.js";
import { done } from "../../support/films.js";

const said = (text, values, code = "en") => fillMessage(parseMessage(text), values, rulesOf(code));

afterEach(() => setLanguage("en", null));

test("gaps are filled with texts, and with numbers in the language's digits", () => {
  assert.equal(said("{a} of {b}", { a: 3, b: "all" }), "3 of all");
  assert.equal(said("{n}", { n: 1024 }), "1024");
  assert.equal(said("{n}", { n: 12345 }), "12,345");
  assert.equal(said("{n}", { n: 12345 }, "de"), "12.345");
});

test("a plural takes the exact case, then the language's, then the other", () => {
  const films = "{n, plural, =0 {no films} one {# film} other {# films, {m} new}} here";
  assert.equal(said(films, { n: 0, m: 2 }), "no films here");
  assert.equal(said(films, { n: 1, m: 2 }), "1 film here");
  assert.equal(said(films, { n: 5, m: 2 }), "5 films, 2 new here");
  assert.equal(said("{n, plural, one {una} few {pocas} other {# films}}", { n: 1 }, "zh"), "1 films");
  assert.deepEqual(gapsOf(parseMessage(films)), ["n", "m"]);
});

test("a value is never read as a message", () => {
  assert.equal(said("{name} saved", { name: "{n} # $& $1.png" }), "{n} # $& $1.png saved");
});

test("a message that is not well formed is an error", () => {
  for (const bad of ["{", "{a", "a}", "{n, plural, one {x}}", "{n, select, a {b}}", "{n, plural, other {x}"]) {
    assert.throws(() => parseMessage(bad), SyntaxError, bad);
  }
});

test("whoever holds a part of the texts sees the language change, and change back", () => {
  const texts = wordsIn(/** @type {const} */ ({ part: { plain: "Film", gap: "{a} of {b}", list: [["x", "y"]] } }));
  const { part } = texts;
  setLanguage("de", { part: { plain: "Bild", gap: "von {b} Bildern {a}", list: [["x", "z"]] } });
  assert.deepEqual([language(), part.plain, part.gap(1, 2), part.list[0][1]], ["de", "Bild", "von 2 Bildern 1", "z"]);
  setLanguage("en", null);
  assert.deepEqual([language(), part.plain, part.gap(1, 2), part.list[0][1]], ["en", "Film", "1 of 2", "y"]);
});

test("a part of the page that comes later speaks the language that was set before", () => {
  setLanguage("de", { late: { text: "spät", gap: "{n} Aufnahmen" } });
  const { late } = wordsIn(/** @type {const} */ ({ late: { text: "late", gap: "{n} films" } }));
  assert.deepEqual([late.text, late.gap(3)], ["spät", "3 Aufnahmen"]);
  setLanguage("en", null);
  assert.deepEqual([late.text, late.gap(3)], ["late", "3 films"]);
});

test("words that are no texts, or have other gaps, are left out", () => {
  const { part } = wordsIn(/** @type {const} */ ({ part: { plain: "Film", gap: "{a} films" } }));
  for (const bad of [7, null, { part: 1 }, { part: { plain: {}, gap: "{b} Bilder" } }, { part: { plain: "{x}", gap: "{" } },
    JSON.parse('{"__proto__": {"part": {"plain": "evil"}}}')]) {
    setLanguage("de", bad);
    assert.deepEqual([part.plain, part.gap(2)], ["Film", "2 films"]);
  }
});

test("numbers follow the language", () => {
  setLanguage("de", {});
  assert.deepEqual(against(0.125, null), ["0,13", "\u2013"]);
  assert.equal(size(6_126_584), "6,1 MB");
});

test("published labels, reasons and errors are translated by their codes; others stay as they are", () => {
  setLanguage("de", { findingNames: { Pleural_Thickening: "Pleuraverdickung" }, reasons: { TURNED: "Gedreht." },
    errors: { IMAGE_CORRUPT: ["Die Bilddatei ist beschädigt", "Noch einmal kopieren."] } });
  assert.equal(words("Pleural_Thickening"), "Pleuraverdickung");
  assert.equal(words("My_finding"), "My finding");
  assert.deepEqual(errorWords(new EvaxError("IMAGE_CORRUPT", "byte 7")),
    { what: "Die Bilddatei ist beschädigt: byte 7", cure: "Noch einmal kopieren." });
  const film = done();
  film.result.reasons = [{ code: "TURNED", message: "x" }, { code: "NEW_CODE", message: "as the engine says" }];
  assert.deepEqual(reasonsOf(film).map(({ message }) => message), ["Gedreht.", "as the engine says"]);
});

test("every code of an error has words for people, none of them for developers", () => {
  for (const code of ERROR_CODES) {
    const { what, cure } = errorWords(new EvaxError(code));
    assert.ok(what && cure, code);
  }
  assert.equal(errorWords(new Error("no code")), null);
});

test("a film's reasons are those of the engine and of the canvas; none before it has been read", () => {
  const film = { ...done(), fromCanvas: true };
  film.result.reasons = [{ code: "TURNED", message: "engine's" }];
  assert.deepEqual(reasonsOf(film).map(({ code }) => code), ["CANVAS", "TURNED"]);
  assert.equal(reasonsOf(film)[1].detail, "engine's");
  assert.deepEqual(reasonsOf({ result: null, fromCanvas: true }), []);
});

const FOLDER = new URL("../../../web/page/languages/", import.meta.url);
const TABLE = { ...ENGLISH, ...ENGLISH_ERRORS, ...ENGLISH_REPORT };

const valuesOf = (words) => (typeof words === "object" ? Object.values(words).map(valuesOf) : words);

/** The cases of all plurals of a message. */
const casesOf = (parts) => parts.flatMap(({ cases }) =>
  Object.entries(cases ?? {}).flatMap(([name, inside]) => [name, ...casesOf(inside)]));

/** What differs in kind between English and other words: missing, too many, other gaps, other cases than the language has. */
function differences(english, words, rules, where = "") {
  if (typeof english === "string") {
    if (typeof words !== "string" || words === "") return [`${where}: no text`];
    const [own, other] = [english, words].map((text) => (english.includes("{") ? gapsOf(parseMessage(text)).sort().join() : ""));
    const known = new Set([...rules.resolvedOptions().pluralCategories, "=0"]);
    return [own !== other && `${where}: gaps ${other} instead of ${own}`,
      ...casesOf(english.includes("{") ? parseMessage(words) : []).filter((name) => !known.has(name)).map((name) => `${where}: no plural ${name}`)].filter(Boolean);
  }
  if (typeof words !== "object" || words === null) return [`${where}: missing`];
  return [...Object.keys(english).flatMap((name) => differences(english[name], words[name], rules, `${where}.${name}`)),
    ...Object.keys(words).filter((name) => !Object.hasOwn(english, name)).map((name) => `${where}.${name}: not in English`)];
}

test("every language that is offered has words, and nothing else lies there", async () => {
  assert.deepEqual((await readdir(FOLDER)).sort(), Object.keys(LANGUAGES).filter((code) => code !== "en").map((code) => `${code}.json`).sort());
});

for (const code of Object.keys(LANGUAGES).filter((each) => each !== "en")) {
  test(`${code} has every text of the page and every error, with the same gaps`, async () => {
    const words = JSON.parse(await readFile(new URL(`${code}.json`, FOLDER), "utf8"));
    const { phrases: _ofTheEngine, ...own } = words; // phrases.test.js
    assert.deepEqual(differences(TABLE, own, new Intl.PluralRules(code)), []);
    setLanguage(code, words);
    for (const error of ERROR_CODES) assert.equal(errorWords(new EvaxError(error)).what, words.errors[error][0]);
  });

  test(`${code} promises nothing clinical`, async () => {
    const said = JSON.stringify(valuesOf(JSON.parse(await readFile(new URL(`${code}.json`, FOLDER), "utf8"))));
    assert.doesNotMatch(said, /diagnos|risiko|gesund|diagnós|riesgo|\bsan[oa]s?\b|诊断|风险|健康|筛查/i);
  });
}

test("the site says in English what the languages translate", async () => {
  const page = await readFile(new URL("../../../web/site/index.html", import.meta.url), "utf8");
  assert.ok(page.includes(`${ENGLISH.site.update} <button type="button">${ENGLISH.site.reload}</button>`));
});

test("the first wish that is spoken here is taken, by its main language", () => {
  assert.equal(languageOf([null, "", "fr-FR", "de-AT", "es"]), "de");
  assert.equal(languageOf(["zh-Hant-TW"]), "zh");
  assert.equal(languageOf(["fr", "__proto__", "constructor"]), "en");
  assert.equal(languageOf([]), "en");
});
