/* cure.test.js - a film whose findings cannot be trusted: which reason is said, and which one cure is offered.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { both, undoing } from "../../../web/page/films/treatment.js";
import { blockingReason, findCure } from "../../../web/page/results/cure.js";
import { saidWith } from "../../../web/page/results/gate.js";

const reasons = (...codes) => codes.map((code) => ({ code, message: code, detail: code }));

/** A model to which a film looks right only if it is treated so; it counts how often it is asked. */
function model(right) {
  const asked = [];
  const attempt = async (treatment) => {
    asked.push(treatment);
    return JSON.stringify(treatment) === JSON.stringify(right) ? [] : reasons("NOT_LIKE_FILMS");
  };
  return { asked, attempt };
}

test("one reason stands before the findings, and those of the file come before those of the model", () => {
  assert.equal(blockingReason(reasons("LOSSY", "INVERTED", "VIEW_LATERAL"))?.code, "VIEW_LATERAL");
  assert.equal(blockingReason(reasons("LOSSY", "DEFAULT_WINDOW", "CANVAS", "MODALITY")), null);
});

for (const right of [{ turns: 3, flip: false, invert: false }, { turns: 2, flip: false, invert: false }, { turns: 0, flip: false, invert: true }]) {
  test(`a film that is called all at once is cured by what helps: ${JSON.stringify(right)}`, async () => {
    const { asked, attempt } = model(right);
    assert.deepEqual(await findCure(reasons("NOT_LIKE_FILMS", "TURNED", "INVERTED"), attempt), right);
    assert.ok(asked.length <= 4);
  });
}

test("what was done to a film by hand is taken back first, whatever it was, if that helps", async () => {
  for (const done of [{ turns: 1, flip: false, invert: true }, { turns: 3, flip: true, invert: false }, { turns: 0, flip: true, invert: true }]) {
    const { asked, attempt } = model(undoing(done));
    const cure = await findCure(reasons("NOT_LIKE_FILMS"), attempt, done);
    assert.deepEqual(both(done, cure), { turns: 0, flip: false, invert: false });
    assert.equal(asked.length, 1);
  }
  const { attempt } = model({ turns: 2, flip: false, invert: false });
  assert.deepEqual(await findCure(reasons("TURNED"), attempt, { turns: 1, flip: false, invert: false }), { turns: 2, flip: false, invert: false });
});

test("beside a cure stands what it answers: the file's word, the model's, or what was done before", () => {
  const [stored, invert, flip] = [{}, { invert: true }, { flip: true }].map((treatment) => ({ turns: 0, flip: false, invert: false, ...treatment }));
  const said = (treatment, all, done = stored) => saidWith(treatment, blockingReason(all), all, done);
  assert.equal(said(flip, reasons("TURNED", "MIRRORED")), "MIRRORED");
  assert.equal(said(invert, reasons("NOT_LIKE_FILMS", "TURNED", "INVERTED")), "INVERTED");
  assert.equal(said({ ...stored, turns: 2 }, reasons("NOT_LIKE_FILMS", "TURNED", "INVERTED")), "TURNED");
  assert.match(said(invert, reasons("INVERTED"), invert), /changed before it was read: inverted/);
});

test("a photograph has no cure, and nothing is offered that does not help", async () => {
  const { asked, attempt } = model(null);
  assert.equal(await findCure(reasons("NOT_LIKE_FILMS"), attempt), null);
  assert.equal(asked.length, 0, "nothing says that it is turned or inverted");
  assert.equal(await findCure(reasons("NOT_LIKE_FILMS", "TURNED"), attempt), null);
});

test("what the file says how to undo is not tried, and a lateral or raw film is not turned", async () => {
  const { asked, attempt } = model(null);
  assert.deepEqual(await findCure(reasons("MIRRORED"), attempt), { turns: 0, flip: true, invert: false });
  assert.deepEqual(await findCure(reasons("UPSIDE_DOWN", "TURNED"), attempt), { turns: 2, flip: true, invert: false });
  for (const code of ["VIEW_LATERAL", "FOR_PROCESSING", "BODY_PART"]) assert.equal(await findCure(reasons(code, "TURNED"), attempt), null);
  assert.equal(asked.length, 0);
});
