/* phrases.test.js - sentences of the engine in the languages of the page.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { EvaxError } from "../../../web/base/errors.js";
import { LANGUAGES } from "../../../web/base/languages.js";
import { errorWords } from "../../../web/page/base/error-words.js";
import { setLanguage } from "../../../web/page/base/language.js";
import { FOR_VISITORS, gapsIn, phrase, sentences } from "../../../web/page/base/phrases.js";
import { ALSO, phrasesOfSources } from "../../support/phrases.js";
import { processorMs } from "../../support/processor-time.js";

const wordsOf = async (code) => JSON.parse(await readFile(new URL(`../../../web/page/languages/${code}.json`, import.meta.url), "utf8"));
const gapCount = (text) => text.split("{}").length - 1;

afterEach(() => setLanguage("en", null));

test("every sentence of the engine that a visitor reads is in every language, with as many gaps, and no other is", async () => {
  const wanted = [...await phrasesOfSources(), ...ALSO].sort();
  assert.ok(wanted.length > 250, `only ${wanted.length} were found`);
  for (const code of Object.keys(LANGUAGES).filter((each) => each !== "en")) {
    const { phrases } = await wordsOf(code);
    assert.deepEqual(Object.keys(phrases).sort(), wanted, code);
    for (const [english, own] of Object.entries(phrases)) assert.ok(own && gapCount(own) === gapCount(english), `${code}: ${english}`);
  }
  for (const [english, own] of Object.entries(FOR_VISITORS)) assert.ok(wanted.includes(english) && gapCount(own) === gapCount(english), english);
});

test("gaps are found from the left, each as short as it can be", () => {
  assert.deepEqual(gapsIn(["", " of ", "."], "1 of 2 of 3."), ["1", "2 of 3"]);
  assert.deepEqual(gapsIn(["line ", ""], "line "), [""]);
  assert.equal(gapsIn(["a ", " b"], "a b"), null);
  assert.equal(gapsIn(["", " end"], "end"), null);
});

test("a sentence is translated with what stands in its gaps; names and numbers stay", async () => {
  setLanguage("de", await wordsOf("de"));
  assert.equal(phrase("The file has no window; its smallest and largest value: -20.5 became black and 1000 white."),
    "Die Datei hat keine Fensterung; ihr kleinster und größter Wert: -20,5 wurde schwarz, 1000 weiß.");
  assert.equal(errorWords(new EvaxError("DICOM_CORRUPT", "its palette cannot be used: it has fewer than the 256 entries that it says")).what.split(": ").slice(1).join(": "),
    "ihre Palette ist nicht brauchbar: sie hat weniger als die angegebenen 256 Einträge");
  assert.equal(phrase("film 7.png"), "Aufnahme 7.png");
  assert.equal(phrase("scan {} $& ü.dcm"), "scan {} $& ü.dcm");
  assert.equal(sentences("It has not been tested, so its accuracy is not known. Its AUC cannot be told from chance (0.5)."),
    "Nicht getestet, die Genauigkeit ist also nicht bekannt. Die AUC ist von Zufall (0,5) nicht zu unterscheiden.");
});

test("in English visitors read no cure twice, and none for the command line", () => {
  assert.equal(errorWords(new EvaxError("IMAGE_FORMAT", "the file is a GIF file: save it as PNG")).what,
    "this is neither a PNG, a JPEG nor a DICOM file: it is a GIF file");
  assert.equal(phrase("no column has file names; name it by --file-column (columns.file). There are a, b"), "no column has file names; there are a, b");
});

test("phrases that are no texts, or have other gaps, are left out, and a long text costs no time", () => {
  setLanguage("de", { phrases: { "a {} b {} c {}": 7, "x {}": "y", "{} and {} more": "{} und {} weitere" } });
  assert.equal(phrase("x 1"), "x 1");
  const long = "a and ".repeat(50_000);
  const before = processorMs();
  phrase(long);
  assert.ok(processorMs() - before < 500);
});
