/* What a DICOM file says of a person stays in the file: strings are planted in every place that can hold
 * one, and everything that comes out is searched for them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { csvText } from "../../../web/page/export/csv.js";
import { recordOf } from "../../../web/page/export/record.js";
import { FILM, dicomFile, itemOf } from "../../support/dicom.js";
import { origin } from "../../support/films.js";
import { CLI, temporaryFolder } from "../../support/repository.js";
import { memorySource, tinyModel, writeModel } from "../../support/tiny.js";

const folder = temporaryFolder();
const engine = await load({ model: memorySource(tinyModel()) });

/** Names, numbers, dates, places, free texts, a private element; 19731231 stands for every date.
 * @type {import("../../support/dicom.js").Element[]} */
const PERSON = [
  [8, 0x12, "DA", "19731231"], [8, 0x20, "DA", "19731231"], [8, 0x30, "TM", "235959"],
  [8, 0x50, "SH", "PLANTED-50"], [8, 0x70, "LO", "PLANTED-70"], [8, 0x80, "LO", "PLANTED-80"],
  [8, 0x90, "PN", "PLANTED^90"], [8, 0x1010, "SH", "PLANTED-1010"], [8, 0x1030, "LO", "PLANTED-1030"],
  [8, 0x103e, "LO", "PLANTED-103e"], [8, 0x1070, "PN", "PLANTED^1070"], [8, 0x18, "UI", "1.2.19731231"],
  [0x10, 0x10, "PN", "PLANTED^NAME"], [0x10, 0x20, "LO", "PLANTED-ID"], [0x10, 0x30, "DA", "19731231"],
  [0x10, 0x40, "CS", "PLANTED"], [0x10, 0x1040, "LO", "PLANTED-STREET"], [0x10, 0x4000, "LT", "PLANTED"],
  [0x18, 0x1000, "LO", "PLANTED-SERIAL"], [0x20, 0xd, "UI", "1.2.19731231.1"], [0x20, 0x4000, "LT", "PLANTED"],
  [0x29, 0x10, "LO", "PLANTED-PRIVATE"], [0x40, 0x254, "LO", "PLANTED-254"], [0x4008, 0x300, "ST", "PLANTED"],
];
/** The file's own meta data, sequences within sequences, a block of a maker's own elements.
 * @type {import("../../support/dicom.js").Element[]} */
const HIDDEN = [
  [2, 0x3, "UI", "1.2.19731231.3"], [2, 0x13, "SH", "PLANTED-IMPL"], [2, 0x16, "AE", "PLANTED-AE"],
  [8, 0x1140, "SQ", itemOf([[8, 0x1155, "UI", "1.2.19731231.4"]])],
  [0x10, 0x1002, "SQ", itemOf([[0x10, 0x20, "LO", "PLANTED-OTHER"]])],
  [0x40, 0x275, "SQ", itemOf([[0x32, 0x1060, "LO", "PLANTED-ASKED"],
    [0x40, 8, "SQ", itemOf([[8, 0x104, "LO", "PLANTED-CODE"]])]])],
  [0x29, 0x1010, "OB", Buffer.from("PLANTED-PRIVATE-BYTES!")],
  [0x29, 0x1020, "SQ", itemOf([[0x29, 0x1021, "LO", "PLANTED-INSIDE"]])],
  [0x54, 0x220, "SQ", itemOf([[8, 0x104, "LO", "PLANTED-VIEW"]])],
];
/** Where a word of a list is expected, people write other things.
 * @type {import("../../support/dicom.js").Element[]} */
const MISUSED = [
  [8, 0x60, "CS", "PLANTED MOD"], [8, 0x68, "CS", "PLANTED"], [0x18, 0x15, "CS", "PLANTED BODY"],
  [0x18, 0x5101, "CS", "PLANTED VIEW"], [0x20, 0x60, "CS", "PLANTED"], [0x20, 0x62, "CS", "PLANTED"],
  [0x28, 0x301, "CS", "PLANTED"], [0x28, 0x1055, "LO", "PLANTED-WINDOW"], [0x28, 0x1056, "CS", "PLANTED"],
];
const film = FILM.filter(([group, element]) => group !== 8 || element !== 0x60);
const clean = dicomFile([...FILM, ...PERSON, ...HIDDEN]);
const misused = dicomFile([...film, ...PERSON, ...HIDDEN, ...MISUSED]);

const SECRET = /PLANTED|19731231|235959/;
const search = (what) => assert.doesNotMatch(typeof what === "string" ? what : JSON.stringify(what), SECRET);

for (const [what, file] of /** @type {[string, Buffer][]} */ ([
  ["a person", clean], ["words where they do not belong", misused]])) {
  test(`no result and no export holds what a file says of ${what}`, async () => {
    assert.match(file.toString("latin1"), SECRET);
    const analysis = await engine.analyze(file, { pictures: true });
    assert.equal(analysis.input.format, "dicom");
    search(analysis);
    const result = { ...analysis, customFindings: [], thumbnail: new Uint8ClampedArray(0), small: new Float32Array() };
    /** @type {import("../../../web/page/films/film-queue.js").Film} */
    const shown = { id: 1, name: "film.dcm", source: file, fromCanvas: false, status: "done", result, error: null };
    const record = recordOf(origin, [shown], { names: true, at: new Date(0) });
    search(record);
    search(csvText(record));
  });

  test(`the command line tool does not print what a file says of ${what}`, () => {
    const model = writeModel(tinyModel(), join(folder, "tiny"));
    writeFileSync(join(folder, "film.dcm"), file);
    const drawn = ["--explain", "Finding 0", "--out", "maps"];
    for (const more of [[], ["--json"], ["--csv"], drawn]) {
      const { status, stdout, stderr } = spawnSync(process.execPath,
        [CLI, "analyze", "film.dcm", "--model", model, ...more], { encoding: "utf8", cwd: folder });
      assert.equal(status, 0, stderr);
      search(stdout + stderr);
    }
    const pictures = readdirSync(join(folder, "maps"));
    assert.deepEqual(pictures, ["film.Finding_0.png"]);
    for (const name of pictures) search(readFileSync(join(folder, "maps", name), "latin1"));
  });
}

test("no error holds it either, wherever the file is cut or broken", async () => {
  for (let length = 132; length < misused.length; length += 23) {
    const broken = Buffer.from(misused.subarray(0, length + (length % 3) * 400));
    broken[length - 1] ^= 0x41;
    const found = await engine.analyze(broken).catch((error) => error);
    search(`${found.message ?? ""} ${found.stack ?? ""} ${JSON.stringify(found)}`);
  }
});
