/* What is said of a film from its own elements: true, and only where there is reason to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dicomFile, FILM, itemOf } from "../../support/dicom.js";
import { bytesOf, odd, read } from "../../support/dicom-films.js";
import { withCode } from "../../support/repository.js";

const VIEW = [0x18, 0x5101, "CS", "PA"];
const WINDOW = [[0x28, 0x1050, "DS", "128"], [0x28, 0x1051, "DS", "256"]];
const SAID = ["VIEW_LATERAL", "VIEW_UNKNOWN", "MIRRORED", "UPSIDE_DOWN", "ROTATED", "ASPECT_RATIO", "LOSSY",
  "DEFAULT_WINDOW", "MODALITY"];

/** The codes of what is said of a film with these elements. */
async function saidOf(...elements) {
  const { reasons } = await read(dicomFile([...FILM, ...WINDOW, ...elements]));
  return reasons.map(({ code }) => code).filter((code) => SAID.includes(code));
}

const viewCode = (value, scheme) => [0x54, 0x220, "SQ",
  itemOf([[8, 0x100, "SH", value], [8, 0x102, "SH", scheme], [8, 0x104, "LO", "some view"]])];

test("a lateral view is told by its position, its code, or where its rows run", async () => {
  for (const elements of [[[0x18, 0x5101, "CS", "LL"]], [viewCode("R-10236", "SRT")], [viewCode("399198007", "SCT")],
    [[0x20, 0x20, "CS", "A\\F"]], [[0x20, 0x20, "CS", "P\\F"]]]) {
    assert.deepEqual(await saidOf(...elements), ["VIEW_LATERAL"]);
  }
});

test("a frontal view is told by its position or its code, and nothing is said of it", async () => {
  for (const elements of [[VIEW], [viewCode("R-10214", "SRT")], [viewCode("272479007", "SCT")],
    [VIEW, [0x20, 0x20, "CS", "L\\F"]], [VIEW, [0x20, 0x20, "CS", "LP\\FA"]], []]) {
    assert.deepEqual(await saidOf(...elements), []);
  }
  assert.deepEqual(await saidOf(viewCode("399182000", "SCT")), ["VIEW_UNKNOWN"]);
});

test("orientation says whether a film is mirrored, upside down or rotated", async () => {
  for (const [orientation, code] of [["R\\F", "MIRRORED"], ["RP\\F", "MIRRORED"], ["L\\H", "UPSIDE_DOWN"],
    ["R\\H", "ROTATED"], ["F\\L", "ROTATED"], ["H\\R", "ROTATED"]]) {
    assert.deepEqual(await saidOf(VIEW, [0x20, 0x20, "CS", orientation]), [code], orientation);
  }
});

test("pixels that are not square are said, by ratio or by spacing, and square ones are not", async () => {
  for (const [element, said] of [[[0x28, 0x34, "IS", "2\\1"], true], [[0x28, 0x34, "IS", "1\\1"], false],
    [[0x28, 0x30, "DS", "0.143\\0.2"], true], [[0x28, 0x30, "DS", "0.143\\0.143"], false],
    [[0x18, 0x1164, "DS", "0.2\\0.1"], true], [[0x28, 0x34, "IS", "0\\1"], false]]) {
    assert.deepEqual(await saidOf(VIEW, element), said ? ["ASPECT_RATIO"] : []);
  }
});

test("loss is told by the codestream, or by the file that says it once happened", async () => {
  assert.deepEqual(await saidOf(VIEW, [0x28, 0x2110, "CS", "01"]), ["LOSSY"]);
  assert.deepEqual(await saidOf(VIEW, [0x28, 0x2110, "CS", "00"]), []);
  const lossy = async (bytes) => (await read(bytes)).reasons.some(({ code }) => code === "LOSSY");
  for (const name of ["cr12.jls-near.dcm", "cr12.j2k-lossy.dcm", "dx8.baseline.dcm"]) {
    assert.ok(await lossy(bytesOf(name)), name);
  }
  for (const name of ["cr12.jls.dcm", "cr12.j2k.dcm", "cr12.sv1.dcm"]) assert.ok(!await lossy(bytesOf(name)), name);
  // The syntax that may be lossy, with a stream that is not.
  const reversible = Buffer.from(bytesOf("cr12.j2k.dcm")).toString("latin1")
    .replace("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91");
  assert.ok(!await lossy(new Uint8Array(Buffer.from(reversible, "latin1"))));
});

test("a film without a window says so, and one whose window cannot be used says that", async () => {
  const messageOf = async (...elements) =>
    (await read(dicomFile([...FILM, VIEW, ...elements]))).reasons
      .filter(({ code }) => code === "DEFAULT_WINDOW" || code === "VOI").map(({ message }) => message).join(" ");
  assert.match(await messageOf(), /^The file has no window: /);
  const unusable = await messageOf([0x28, 0x1050, "DS", "100"], [0x28, 0x1051, "DS", "0"]);
  assert.match(unusable, /has a width of 0.*No window of the file can be used: /);
  assert.doesNotMatch(unusable, /has no window/);
});

test("what is missing is called missing", async () => {
  const without = FILM.filter(([group, element]) => !(group === 0x28 && element === 4));
  await assert.rejects(read(dicomFile(without)), withCode("DICOM_UNSUPPORTED", /does not say its photometric/));
  await assert.rejects(read(dicomFile([...without, [0x28, 4, "CS", "ARGB"]])), withCode("DICOM_UNSUPPORTED", /that is not read/));
  await assert.rejects(read(dicomFile(FILM.filter(([group]) => group !== 0x7fe0))),
    withCode("DICOM_NO_IMAGE", /no pixels/));
});

test("a frame that lacks its end marker is read, and that is said", async () => {
  const { input } = await read(odd.bytesOf("lossless-without-end.dcm"));
  assert.ok(input.notes.includes("The compressed frame has no end marker."));
});

test("the spacing is the patient's, or the detector's where it is no other, and every window that is whole is listed", async () => {
  const facts = async (...elements) => (await read(dicomFile([...FILM, ...elements]))).input.dicom;
  const [patient, detector] = [[0x28, 0x30, "DS", "0.143\\0.15"], [0x18, 0x1164, "DS", "0.2\\0.2"]];
  const spacing = async (...elements) => {
    const { spacing: pair, spacingAt } = await facts(...elements);
    return [pair, spacingAt];
  };
  assert.deepEqual(await spacing(), [null, ""]);
  assert.deepEqual(await spacing(patient, detector), [[0.143, 0.15], "patient"]);
  assert.deepEqual(await spacing(detector), [[0.2, 0.2], "detector"]);
  assert.deepEqual(await spacing([0x28, 0x30, "DS", "0.2\\0.2"], detector), [[0.2, 0.2], "detector"]);
  assert.deepEqual(await spacing([0x28, 0x30, "DS", "0\\-1"]), [null, ""]);
  const radiograph = [8, 0x60, "CS", "DX"];
  assert.deepEqual(await spacing(radiograph, patient), [[0.143, 0.15], "unknown"], "PS3.3, 10.7.1.3: alone it may be either's");
  assert.deepEqual(await spacing(radiograph, patient, [0x28, 0xa02, "CS", "FIDUCIAL"]), [[0.143, 0.15], "patient"]);
  assert.deepEqual(await spacing([8, 0x60, "CS", "OT"], patient), [[0.143, 0.15], "patient"]);
  const { windows, windowNames } = await facts([0x28, 0x1050, "DS", "100\\40\\9\\7"], [0x28, 0x1051, "DS", "200\\80\\0.5"],
    [0x28, 0x1055, "LO", "Normal\\Miller, Anna\\SOFT"]);
  assert.deepEqual(windows, [[100, 200], [40, 80]]);
  assert.deepEqual(windowNames, ["NORMAL", ""], "what is no usual word is not passed on");
});

test("magnification, the shape of pixels and where rows and columns run are said where the file has them and they can be", async () => {
  const facts = async (...elements) => {
    const { magnification, pixelRatio, orientation } = (await read(dicomFile([...FILM, ...elements]))).input.dicom;
    return [magnification, pixelRatio, orientation];
  };
  assert.deepEqual(await facts(), [null, 1, null]);
  assert.deepEqual(await facts([0x18, 0x1114, "DS", "1.08"], [0x28, 0x34, "IS", "4\\5"], [0x20, 0x20, "CS", "L\\F"]), [1.08, 0.8, ["L", "F"]]);
  assert.deepEqual(await facts([0x18, 0x1114, "DS", "0.9"], [0x28, 0x30, "DS", "0.3\\0.15"], [0x20, 0x20, "CS", "X\\F"]), [null, 2, null]);
});
