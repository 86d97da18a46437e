/* Tables of labels: encodings, separators, quotes, the official files of two data sets, and everything that is wrong
 * with tables that people have.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, textOf } from "../../../web/evaluate/labels/csv-reader.js";
import { readLabels } from "../../../web/evaluate/labels/labels.js";
import { processorMs } from "../../support/processor-time.js";

const LABELS = ["Atelectasis", "Effusion", "Pleural_Thickening"];
/** @param {string} text @param {BufferEncoding} [encoding] */
const bytes = (text, encoding = "utf8") => new Uint8Array(Buffer.from(text, encoding));
const cellsOf = (text) => [...rowsOf(text)].map(({ cells }) => cells);
const showsOf = (table, names = ["a.png", "b.png"], options = {}) =>
  readLabels(table, names, LABELS, options).films.map((film) => film && [...film.shows]);
const refuses = (table, pattern, options = {}, names = ["a.png", "b.png"]) =>
  assert.throws(() => readLabels(table, names, LABELS, options), { code: "LABELS_INVALID", message: pattern });

const PLAIN = "file,Atelectasis,Effusion\na.png,1,0\nb.png,,1\n";
const EXPECTED = [[1, 0, -1], [-1, 1, -1]];

const UTF16BE = Buffer.from(`\ufeff${PLAIN}`, "utf16le").swap16();
for (const [name, table] of [
  ["UTF-8", bytes(PLAIN)],
  ["UTF-8 with a byte order mark", bytes(`\ufeff${PLAIN}`)],
  ["UTF-16 with a mark", bytes(`\ufeff${PLAIN}`, "utf16le")],
  ["UTF-16 without a mark", bytes(PLAIN, "utf16le")],
  ["UTF-16, big end first", new Uint8Array(UTF16BE)],
  ["Windows-1252", bytes(PLAIN.replace("file,", "file,\xc4rztin,").replaceAll("png,", "png,x,"), "latin1")],
  ["semicolons", bytes(PLAIN.replaceAll(",", ";"))],
  ["tabs", bytes(PLAIN.replaceAll(",", "\t"))],
  ["a line that names the separator", bytes(`sep=;\r\n${PLAIN.replaceAll(",", ";")}`)],
  ["line ends of Windows", bytes(PLAIN.replaceAll("\n", "\r\n"))],
  ["line ends of old Macs", bytes(PLAIN.replaceAll("\n", "\r"))],
  ["quotes around everything", bytes(PLAIN.replace(/[^,\n]+/g, "\"$&\""))],
  ["blank lines and blanks", bytes(PLAIN.replaceAll(",", " , ").replaceAll("\n", "\n\n"))],
  ["no line end at the end", bytes(PLAIN.trimEnd())],
]) {
  test(`a table is read in ${name}`, () => assert.deepEqual(showsOf(table), EXPECTED));
}

test("a quoted cell may hold separators, quotes and line ends, and a quote inside a cell is a quote", () => {
  assert.deepEqual(cellsOf("a,b\n\"1,\"\"2\"\"\n3\",x\n5\" film,y\n"), [["a", "b"], ["1,\"2\"\n3", "x"], ["5\" film", "y"]]);
  assert.deepEqual([...rowsOf("a\n\"1\n2\"\n3\n")].map(({ line }) => line), [1, 2, 4], "lines are counted as editors do");
});

test("text in no encoding of text is refused", () => {
  assert.equal(textOf(bytes("caf\xe9", "latin1")).encoding, "windows-1252");
  assert.throws(() => textOf(Uint8Array.of(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00)), { code: "LABELS_INVALID" });
  assert.throws(() => textOf(Uint8Array.from({ length: 4000 }, (_, i) => (i * 37) % 256)), { code: "LABELS_INVALID", message: /it is no text/ });
});

test("ChestX-ray14's Data_Entry is read as it is: words, patients, views, sex and ages", () => {
  const entry = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
    + "00000001_000.png,Effusion|Pleural_Thickening|Odd,0,1,58,M,PA,2682,2749,0.143,0.143,\n"
    + "00000002_000.png,No Finding,0,2,081Y,F,AP,2500,2048,0.171,0.171,\n";
  const { films, problems, hasPatients } = readLabels(entry, ["x/00000001_000.png", "00000002_000.jpg"], LABELS);
  assert.deepEqual(films.map((film) => [...film.shows]), [[0, 1, 1], [0, 0, 0]]);
  assert.deepEqual(films.map(({ patient }) => patient), ["1", "2"]);
  assert.deepEqual(films[0].groups, { "View Position": "PA", "Patient Gender": "M", "Patient Age": "40 to 59" });
  assert.equal(films[1].groups["Patient Age"], "60 and older");
  assert.deepEqual(problems.unknownFindings, { count: 1, first: ["Odd"] });
  assert.ok(hasPatients);
});

test("a word that may mean a label is refused, not taken for a film that does not show it", () => {
  const table = (/** @type {string} */ words) => `file,Finding Labels\na.png,${words}\n`;
  for (const words of ["Efusion", "\"Effusion, Mass\"", "Large effusion", "Atelectasis;Effusion", "Pleural_Thickenings"]) {
    refuses(table(words), /line 2: ".*" may mean (Effusion|Atelectasis|Pleural_Thickening); findings are parted by "\|".*--map/);
  }
  assert.deepEqual(showsOf(table("Hernia|Odd"), ["a.png"]), [[0, 0, 0]], "others are others");
  assert.deepEqual(showsOf(table("Efusion"), ["a.png"], { map: { Efusion: "Effusion" } }), [[0, 1, 0]]);
});

test("columns that are not used are said, with the label that one may mean", () => {
  const { notes } = readLabels("file,Efusion,Atelectasis,Note\na.png,1,1,x\n", ["a.png"], LABELS);
  assert.match(notes.join(" "), /Columns that were not used: Efusion \(did you mean Effusion\? --map\), Note\./);
});

test("an accent that is written in two ways is one", () => {
  assert.deepEqual(showsOf("file,Effusion\nRo\u0308ntgen.png,1\n", ["/d/R\u00f6ntgen.png"]), [[-1, 1, -1]]);
});

test("a list leaves out the rows that it does not name", () => {
  assert.deepEqual(showsOf(PLAIN, ["a.png", "b.png"], { only: "b.png\r\n" }), [null, EXPECTED[1]]);
});

test("CheXpert's valid.csv is read as it is: paths from another root, patients by folder, names of its own", () => {
  const valid = "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Atelectasis,Pleural Effusion,Pleural Other\n"
    + "CheXpert-v1.0-small/valid/patient64541/study1/view1_frontal.jpg,Male,73,Frontal,AP,0.0,1.0,-1.0,0.0\n"
    + "CheXpert-v1.0-small/valid/patient64542/study1/view1_frontal.jpg,Female,20,Frontal,PA,1.0,0.0,1.0,\n";
  const names = [41, 42].map((patient) => `/data/valid/patient645${patient}/study1/view1_frontal.jpg`);
  const { films, notes, problems } = readLabels(valid, names, LABELS);
  assert.deepEqual(films.map((film) => [...film.shows]), [[1, -1, -1], [0, 1, -1]]);
  assert.deepEqual(films.map(({ patient }) => patient), ["patient64541", "patient64542"]);
  assert.match(notes.join(" "), /Pleural Effusion as Effusion/);
  assert.equal(problems.otherFolder.count, 0, "four folders agree");
});

test("names of the table can be mapped to the model's, and a label that the model lacks is refused with its neighbor", () => {
  assert.deepEqual(showsOf("file,Erguss\na.png,yes\n", ["a.png"], { map: { Erguss: "Effusion" } }), [[-1, 1, -1]]);
  assert.throws(() => readLabels("file,Erguss\na.png,1\n", ["a.png"], LABELS, { map: { Erguss: "Efusion" } }),
    { code: "OPTION_INVALID", message: /Efusion.*did you mean Effusion/ });
});

test("paths find their film by as many folders as agree, and what could mean two films is listed", () => {
  const names = ["/d/a/x.png", "/d/b/x.png", "/d/c/y.png"];
  const found = readLabels("file,Effusion\nb/x.png,1\nx.png,0\nz/y.png,1\nother.png,1\n", names, LABELS);
  assert.deepEqual(found.films.map((film) => film?.shows[1]), [undefined, 1, 1]);
  assert.deepEqual(found.problems.ambiguousRows.first, ["x.png"]);
  assert.deepEqual(found.problems.otherFolder.first, ["/d/c/y.png"]);
  assert.deepEqual(found.problems.unmatchedRows.first, ["other.png"]);
  assert.deepEqual(found.problems.unmatchedFilms.first, ["/d/a/x.png"]);
});

test("of two rows for one file name the one with the film's folder counts, in either order", () => {
  for (const rows of ["n/x.png,0\nm/x.png,1\n", "m/x.png,1\nn/x.png,0\n"]) {
    const { films, problems } = readLabels(`file,Effusion\n${rows}`, ["/d/m/x.png"], LABELS);
    assert.equal(films[0].shows[1], 1);
    assert.equal(problems.unmatchedRows.count, 1);
  }
});

test("a film named twice: the same again is counted once, and what contradicts itself is unknown, and listed", () => {
  const { films, problems } = readLabels("file,Atelectasis,Effusion\na.png,1,0\na.png,1,1\nb.png,0,0\nb.png,0,0\n", ["a.png", "b.png"], LABELS);
  assert.deepEqual([...films[0].shows], [1, -1, -1]);
  assert.match(problems.contradictions.first[0], /a\.png, lines 2 and 3: Effusion/);
  assert.deepEqual(problems.repeatedRows, { count: 1, first: ["b.png"] });
});

test("what a table lacks is named", () => {
  refuses("", /empty/);
  refuses("file,Effusion\n", /a heading and no rows/);
  refuses("Effusion\n1\n", /no column has file names/);
  refuses("file,Cough\na.png,1\n", /no column is a finding/);
  refuses(PLAIN, /no column pathh.*file/, { file: "pathh" });
  refuses("file,Effusion\na.png,maybe\n", /line 2, Effusion: "maybe"/);
  refuses("file,Effusion\na.png,0.7\n", /"0.7" is neither/);
  refuses("file,Effusion,effusion\na.png,1,0\n", /same finding: Effusion and effusion/);
  refuses("file,Effusion,Effusion\na.png,1,0\n", /there twice/);
  refuses("file,Effusion\na.png,1,0\n", /line 2 has 3 cells/);
  refuses("file,Effusion\n\"a.png,1\n", /quote that opens in line 2/);
  refuses("file,Effusion\n,1\n", /line 2 names no film/);
  refuses("file,Effusion\nz.png,1\n", /none of its rows names one of the 2 films; 1 rows name others, for example z\.png/);
});

test("a million rows of which three are films take seconds, and no more memory than their text", () => {
  const table = `Image Index,Finding Labels,Patient ID\n${Array.from({ length: 1e6 }, (_, i) => `${i}.png,Effusion|Mass,${i >> 2}`).join("\n")}`;
  const began = processorMs();
  const { films, problems } = readLabels(bytes(table), ["5.png", "d/77.png", "999999.png"], LABELS);
  assert.deepEqual(films.map(({ patient }) => patient), ["1", "19", "249999"]);
  assert.equal(problems.unmatchedRows.count, 999_997);
  assert.equal(problems.unmatchedRows.first.length, 20);
  assert.ok(processorMs() - began < 20_000);
});
