/* png.test.js - the exported picture says why its findings may mean nothing and which film it is, and holds a notice of any
 * length: in lines that fit, no more of them than a canvas can hold.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pngOf } from "../../../web/page/export/png.js";
import { ENGLISH } from "../../../web/page/base/strings.js";
import { recordOf } from "../../../web/page/export/record.js";
import { setLanguage } from "../../../web/page/base/language.js";
import { reasonsOf } from "../../../web/page/films/reasons.js";
import { done, finding, origin } from "../../support/films.js";

const LETTER = 10;
/* Of a canvas, in all browsers; and the lines of a part of the foot. */
const MOST_HEIGHT = 16_384, MOST_LINES = 100;

/** What is written on a canvas that only measures: lines, and the size of the canvas. */
async function drawn(t, notice, film = done()) {
  const lines = [];
  const canvas = /** @type {any} */ ({ toBlob: (take) => take(new Blob(["png"])) });
  const pen = {
    measureText: (text) => ({ width: LETTER * text.length }), fillText: (text, x) => lines.push({ text, x }),
    fillRect() {}, drawImage() {},
  };
  globalThis.document = /** @type {any} */ ({ createElement: () => Object.assign(canvas, { getContext: () => pen }) });
  t.after(() => { delete globalThis.document; });
  const record = recordOf({ ...origin, notice }, [film], { names: true, at: new Date(0) });
  await pngOf(record, reasonsOf(film), /** @type {any} */ ({ width: 100, height: 80 }), null, "mirrored \u00b7 C 2,000 W 900");
  return { all: lines.map(({ text }) => text), lines: lines.filter(({ x }) => x === 48).map(({ text }) => text), canvas };
}

test("a film that is shown mirrored says so under its picture, with its window", async (t) => {
  const { all } = await drawn(t, "");
  assert.ok(all.some((line) => /shown in the viewer.* mirrored \u00b7 C 2,000 W 900/.test(line)), all.join());
});

test("what is above its threshold stands first, as on the screen", async (t) => {
  const film = done();
  film.result.findings = [finding({ label: "Mass" }), finding({ label: "Edema", threshold: 0.9 }), finding({ label: "Hernia", threshold: 0.01, evidence: "weak" })];
  const { all } = await drawn(t, "", film);
  const at = ["Hernia", "Edema", "Mass"].map((label) => all.indexOf(label));
  assert.deepEqual(at, [...at].sort((a, b) => a - b));
  assert.ok(at[0] >= 0);
});

test("a short notice is drawn in one line", async (t) => {
  const { lines, canvas } = await drawn(t, "Not a medical device.");
  assert.ok(lines.includes("Not a medical device."));
  assert.ok(canvas.height < 2000);
});

for (const [what, notice] of [["words", "many words ".repeat(100_000)], ["letters without a blank", "x".repeat(1e6)]]) {
  test(`a notice of a million ${what} is cut, and says so, and no line leaves the picture`, async (t) => {
    const { lines, canvas } = await drawn(t, notice);
    assert.ok(canvas.height < MOST_HEIGHT, `${canvas.height} pixels`);
    assert.ok(lines.every((line) => LETTER * line.length <= canvas.width - 96));
    const first = lines.findIndex((line) => notice.startsWith(line) && line.length > 20);
    assert.equal(lines[first + MOST_LINES], "\u2026");
    assert.ok(lines.slice(first, first + MOST_LINES).every((line) => notice.includes(line)));
    assert.ok(lines.some((line) => line.includes(origin.modelHash.slice(0, 20))), "what follows is there");
  });
}

test("every reason, the film's number, its model and the whole hash are in the picture", async (t) => {
  const film = { ...done({ id: 17 }), fromCanvas: true };
  film.result.reasons.push({ code: "FROM_TOMORROW", message: "A reason that this page does not know." });
  const { lines } = await drawn(t, "Notice.", film);
  assert.ok(lines.includes("Film 17: film.png"), lines.join("\n"));
  for (const { message } of reasonsOf(film)) {
    assert.ok(lines.join(" ").includes(message), message);
  }
  assert.ok(lines.join("").includes(origin.modelHash) && lines.some((line) => line.startsWith(origin.model)));
});

test("whatever the reason, the picture says it", async (t) => {
  for (const [code, sentence] of Object.entries(ENGLISH.reasons)) {
    const film = done();
    film.result.reasons = [{ code, message: "in the engine's words" }];
    const { lines } = await drawn(t, "Notice.", film);
    assert.ok(lines.join(" ").includes(`\u26a0 ${sentence}`), code);
  }
});

test("in another language each finding also has the model's label", async (t) => {
  t.after(() => setLanguage("en", null));
  setLanguage("de", { findingNames: { Pleural_Thickening: "Pleuraverdickung" } });
  const { all } = await drawn(t, "Notice.");
  assert.ok(all.includes("Pleuraverdickung") && all.includes("Pleural Thickening"));
  assert.ok(!all.includes("Mass (Mass)"));
});
