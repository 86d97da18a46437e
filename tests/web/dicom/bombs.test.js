/* Small files that unfold cost neither much time nor much memory, whether they are read or refused,
 * and the next film is read as before. Each is read by a process of its own; time is the processor's, as
 * machines that test are busy. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readDicom } from "../../../web/dicom/film.js";
import { BOMBS } from "../../support/dicom-bombs.js";
import { PICTURE_BOMBS } from "../../support/pictures.js";
import { at, temporaryFolder } from "../../support/repository.js";

const folder = temporaryFolder();
const MOST_CPU_MS = 10_000;
const MOST_HELD_MS = 50; // of the event loop; where Node does not tell a thread's processor time, on average
const MOST_MB = 220; // beyond the 80 MB of Node and an engine
/* What is decoded by a worker, so that another such film is to be read after it: it takes half a second. */
const BY_WORKER = /JPEG 2000|JPEG-LS|lossless/;

const REFUSED = {
  "30 million empty items, deflated": "DICOM_LIMIT",
  "a film of 64 million pixels, deflated": "DICOM_LIMIT",
  "10 million empty elements (80 MB)": "DICOM_LIMIT",
  "50,000 sequences in each other": "DICOM_LIMIT",
  "130,000 fragments of 65,000 frames": "DICOM_UNSUPPORTED",
  "64 million colored pixels in run lengths (3 MB)": "DICOM_LIMIT",
  "11 million pixels of JPEG 2000 in blocks of 4 x 4": "DICOM_LIMIT",
  "11 million pixels of JPEG 2000 in precincts of 8 x 8": "DICOM_LIMIT",
  "55,000 tiles of JPEG 2000": "DICOM_LIMIT",
  "64 million pixels of PNG in color": "IMAGE_HEAP",
  "64 million pixels of PNG in color, damaged": "IMAGE_HEAP",
  "64 million pixels of progressive JPEG": "IMAGE_HEAP",
  "49 million pixels of progressive JPEG in 883 scans (3 MB)": "IMAGE_UNSUPPORTED",
};

for (const [name, make] of Object.entries({ ...BOMBS, ...PICTURE_BOMBS })) {
  test(`${name}: ${REFUSED[name] ?? "read"}, within bounds`, () => {
    const path = join(folder, "film.dcm");
    const bytes = make();
    assert.ok(bytes.length <= 1.1e6 || /MB\)$/.test(name), `${bytes.length} bytes`);
    writeFileSync(path, bytes);
    const { status, stdout, stderr } = spawnSync(process.execPath,
      [at("tests", "support", "measure-film.js"), path, BY_WORKER.test(name) ? "cr12.j2k.dcm" : "cr12.dcm"], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { code, cpuMs, heldMs, peakMb, turns, sameAfter } = JSON.parse(stdout);
    assert.equal(code, REFUSED[name] ?? "");
    assert.ok(cpuMs < MOST_CPU_MS, `${cpuMs} ms`);
    assert.ok(peakMb < MOST_MB, `${peakMb} MB`);
    if (process.threadCpuUsage) assert.ok(heldMs < MOST_HELD_MS, `${heldMs} ms without a turn of the event loop`);
    assert.ok(turns + 1 > cpuMs / MOST_HELD_MS, `${turns} turns of the event loop in ${cpuMs} ms`);
    assert.ok(sameAfter);
  });
}

const never = { runJob: () => assert.fail("no worker"), decodeJpeg: () => assert.fail("no JPEG") };

for (const name of ["30 million empty items, deflated", "16 million pixels in run lengths"]) {
  test(`${name}: an abort is heard in the middle`, async () => {
    const cancel = new AbortController();
    const film = readDicom(BOMBS[name](), never, { signal: cancel.signal });
    let turns = 0;
    const count = () => {
      turns += 1;
      if (turns === 3) cancel.abort(new Error("enough"));
      else setImmediate(count);
    };
    setImmediate(count);
    await assert.rejects(film, /enough/);
    assert.equal(turns, 3);
  });
}
