/* Every transfer syntax and pixel rule against what dcmtk and gdcm decode, and against DICOM's
 * formulas computed a second time (tests/web/dicom/make.py). */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { SYNTAXES } from "../../../web/dicom/file/syntaxes.js";
import { bytesOf, index, read } from "../../support/dicom-films.js";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** @typedef {import("../../../web/engine/engine.js").Analysis} Analysis */
const storedOf = (/** @type {Analysis} */ { deep }) => deep && sha256(new Uint8Array(deep.levels.buffer));
const shownOf = (/** @type {Analysis} */ { picture }) => sha256(picture.data);

for (const [name, { stored, shown, syntax, photometric }] of Object.entries(index)) {
  test(`${name} has the oracles' samples and shades`, async () => {
    for (const [i, shades] of shown.entries()) {
      const film = await read(bytesOf(name), shown.length > 1 ? { frame: i + 1 } : {});
      assert.equal(film.input.dicom.transferSyntax, syntax);
      assert.equal(film.input.dicom.photometric, photometric);
      assert.equal(storedOf(film), stored ? stored[i] : null, "samples");
      assert.equal(shownOf(film), shades, "shades");
    }
  });
}

test("every transfer syntax that is read is among these files", () => {
  const tried = new Set(Object.values(index).map(({ syntax }) => syntax));
  assert.deepEqual([...SYNTAXES.keys()].filter((uid) => !tried.has(uid)), []);
});
