/* DICOM films that are not as the standard wants them, or on which toolkits differ: samples and shades are
 * those of the tools that index.json names (make_odd.py), and what is odd is said. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { odd, read } from "../../support/dicom-films.js";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/* What the model's guard sees, which is not of the file. */
const FILE_REASONS = ["MODALITY", "DEPTH", "RESCALE", "VOI", "SHAPE", "DEFAULT_WINDOW", "LOSSY", "COLOR"];

/** Gray, of colored films too whose channels are the same, as the tools' RGB.
 * @param {import("../../../web/engine/engine.js").Analysis} film @param {string} wanted */
const shownOf = ({ picture: { data, channels } }, wanted) =>
  [sha256(data), ...(channels === 1 ? [sha256(Uint8Array.from({ length: 3 * data.length }, (_, i) =>
    data[Math.floor(i / 3)]))] : [])].includes(wanted);

for (const [name, { stored, shown, reasons, note }] of Object.entries(odd.index)) {
  test(`${name} is read as most toolkits do, and what is odd is said`, async () => {
    for (const [i, shades] of shown.entries()) {
      const film = await read(odd.bytesOf(name), shown.length > 1 ? { frame: i + 1 } : {});
      if (stored) assert.equal(sha256(new Uint8Array(film.deep.levels.buffer)), stored[i], "samples");
      assert.ok(shownOf(film, shades), "shades");
      const said = film.reasons.map(({ code }) => code).filter((code) => FILE_REASONS.includes(code));
      assert.deepEqual(said, reasons);
      if (note) assert.ok(film.input.notes.some((line) => line.includes(note)), film.input.notes.join("\n"));
    }
  });
}

test("a tool reads every odd film as it is read here, but for the few that none reads so", () => {
  const alone = Object.entries(odd.index).filter(([, { read: tools }]) => tools.length === 0);
  assert.ok(alone.length <= 10, alone.map(([name]) => name).join());
});
