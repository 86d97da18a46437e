/* labels.js - reads what is known of films from a table, and finds the film of each row.
 *
 *     table ── columns.js ── rows ── film-names.js ── of each film: truth [K], patient, split, groups
 *
 * Read as they are: NIH ChestX-ray14's Data_Entry (a column of words parted by "|") and CheXpert's valid.csv (patients
 * by their folders). Only rows of the films that are there are kept, so that a table may have a million rows. What could not be
 * used is listed, never dropped without a word.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { suggestion } from "../../base/suggest.js";
import { sameLabel } from "../../base/visible.js";
import { columnsOf } from "./columns.js";
import { refuseTable, rowsOf, textOf } from "./csv-reader.js";
import { FilmNames } from "./film-names.js";
import { findingNames } from "./finding-names.js";

/** @typedef {import("./columns.js").Columns} Columns */
/** What is known of a film.
 * @typedef {object} Truth
 * @property {Int8Array} shows [K] of each label: 1, 0, or -1 for unknown
 * @property {string} patient
 * @property {string} split "" where the table has none
 * @property {Record<string, string>} groups value by column; of ages the band; "" for unknown
 */
/** What could not be used: how many, and the first of them.
 * @typedef {{ count: number, first: string[] }} Listed */
/** @typedef {object} LabelProblems
 * @property {Listed} unmatchedRows rows whose film is not there
 * @property {Listed} unmatchedFilms films without a row
 * @property {Listed} ambiguousRows rows that could mean several films
 * @property {Listed} otherFolder films found by their file name alone, in another folder than the table says
 * @property {Listed} repeatedRows second rows of a film that say the same
 * @property {Listed} contradictions films with two rows that differ: what differs is unknown
 * @property {Listed} unknownFindings columns or words of the table that are no label of the model
 */
/** @typedef {object} LabelTable
 * @property {(Truth | null)[]} films [films] in the order of the names; null without a row
 * @property {number[]} known labels of the model that the table says something of
 * @property {string[]} notes how the table was read, for people
 * @property {boolean} hasPatients
 * @property {string[]} splits values of the split column, of these films
 * @property {{ file: string, patient: string, split: string, groups: string[], findings: { name: string, label: string }[] }} columns
 *   by their headings, "" for none; findings: those that are a label of the model
 * @property {LabelProblems} problems
 */
/** @typedef {import("./columns.js").ColumnOptions & { map?: Readonly<Record<string, string>>, only?: string }} LabelOptions
 * map: names of the table to labels of the model. only: a list, a name a line: other rows are left out */

/** What textOf() gives. @typedef {{ text: string, encoding: string }} DecodedTable */

const FIRST = 20;
const UNKNOWN = -1;
/** The words of ChestX-ray14: what a row does not name, the film does not show. */
const CHESTXRAY14 = ["Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia", "Pneumothorax",
  "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia"];
const NO_FINDING = "No Finding";
const YES = new Set(["1", "1.0", "true", "yes", "y", "positive", "pos", "+"]);
const NO = new Set(["0", "0.0", "false", "no", "n", "negative", "neg"]);
const NOT_KNOWN = new Set(["", "-1", "-1.0", "nan", "na", "n/a", "null", "none", "unknown", "?", "uncertain"]);
const AGES = [[40, "below 40"], [60, "40 to 59"], [Infinity, "60 and older"]];

/** A list of which the first are kept. */
class List {
  count = 0;
  /** @type {string[]} */ first = [];

  /** @param {string} item */
  add(item) {
    this.count++;
    if (this.first.length < FIRST) this.first.push(item);
  }
}

/** @param {string} cell @param {string} column @param {number} line @returns {-1 | 0 | 1} */
function truthOf(cell, column, line) {
  const word = cell.toLowerCase();
  if (YES.has(word)) return 1;
  if (NO.has(word)) return 0;
  if (NOT_KNOWN.has(word)) return UNKNOWN;
  return refuseTable(`line ${line}, ${column}: ${JSON.stringify(cell.slice(0, 40))} is neither 1, 0, -1 nor blank`);
}

/** An age as a band: years, or as DICOM has it (057Y, 009M). @param {string} cell */
function ageBand(cell) {
  const [, number, unit = "Y"] = cell.match(/^(\d+(?:\.\d+)?)\s*([YMWD]?)$/i) ?? [];
  if (number === undefined) return "";
  const years = (unit || "Y").toUpperCase() === "Y" ? Number(number) : 0;
  return String(AGES.find(([below]) => years < Number(below))?.[1]);
}

/** CheXpert names patients by a folder. @param {string} path */
const patientOfPath = (path) => path.match(/(?:^|[/\\])(patient\d+)[/\\]/)?.[1] ?? "";

/** Reads the rows of one table. */
class Reader {
  /** @type {(Truth & { agreed: number, line: number } | null)[]} */ films;
  /** @type {Record<keyof LabelProblems, List>} */ problems = {
    unmatchedRows: new List(), unmatchedFilms: new List(), ambiguousRows: new List(), otherFolder: new List(),
    repeatedRows: new List(), contradictions: new List(), unknownFindings: new List(),
  };
  #columns;
  #labels;
  #labelOf;
  #names;
  #finder;
  #only;
  /* Labels that are 0 where a row does not name them. */
  #implied;
  #wordsSeen = new Set();

  /** @param {Columns} columns @param {readonly string[]} labels @param {(name: string) => number} labelOf
   * @param {readonly string[]} names of the films @param {Set<string> | null} only */
  constructor(columns, labels, labelOf, names, only) {
    this.#columns = columns;
    this.#labels = labels;
    this.#labelOf = labelOf;
    this.#names = names;
    this.#only = only;
    this.#finder = new FilmNames(names);
    this.#implied = CHESTXRAY14.map(labelOf).filter((label) => label >= 0);
    this.films = names.map(() => null);
  }

  /** @param {string} words @param {Int8Array} shows @param {number} line */
  #readWords(words, shows, line) {
    for (const label of this.#implied) shows[label] = 0;
    for (const word of words.split("|").map((each) => each.trim()).filter(Boolean)) {
      const label = this.#labelOf(word);
      if (label >= 0) shows[label] = 1;
      else if (!this.#wordsSeen.has(word)) this.#meetUnknown(word, line);
      this.#wordsSeen.add(word);
    }
  }

  /** A word that is no label says that the film does not show the others. One that may mean a label must not: it is refused.
   * @param {string} word @param {number} line */
  #meetUnknown(word, line) {
    if (word === NO_FINDING) return;
    if (!CHESTXRAY14.includes(word)) {
      const meant = suggestion(word, this.#labels) || this.#labels.find((label) => sameLabel(word).includes(sameLabel(label)));
      if (meant) refuseTable(`line ${line}: ${JSON.stringify(word.slice(0, 60))} may mean ${meant}; findings are parted by "|", and another name is said by --map NAME=LABEL (map)`);
    }
    this.problems.unknownFindings.add(word);
  }

  /** @param {string[]} cells @param {number} line */
  #showsOf(cells, line) {
    const shows = new Int8Array(this.#labels.length).fill(UNKNOWN);
    if (this.#columns.words >= 0) this.#readWords(cells[this.#columns.words], shows, line);
    for (const { name, place, label } of this.#columns.findings) shows[label] = truthOf(cells[place], name, line);
    return shows;
  }

  /** @param {import("./csv-reader.js").Row} row */
  read({ line, cells }) {
    const { names, file } = this.#columns;
    if (cells.length > names.length && cells.slice(names.length).some(Boolean)) {
      refuseTable(`line ${line} has ${cells.length} cells, the heading ${names.length}`);
    }
    if (cells.length < names.length) cells = [...cells, ...new Array(names.length - cells.length).fill("")];
    const name = cells[file];
    if (!name) refuseTable(`line ${line} names no film`);
    if (this.#only && !this.#only.has(name)) return;
    const found = this.#finder.find(name);
    if (!found) this.problems.unmatchedRows.add(name);
    else if (found === "ambiguous") this.problems.ambiguousRows.add(name);
    else this.#keep(found, cells, line);
  }

  /** @param {import("./film-names.js").Match} match @param {string[]} cells @param {number} line */
  #keep({ film, agreed, whole }, cells, line) {
    const { file, patient, split, groups } = this.#columns;
    const truth = {
      shows: this.#showsOf(cells, line), agreed: whole ? Infinity : agreed, line,
      patient: patient >= 0 ? cells[patient] : patientOfPath(cells[file]),
      split: split >= 0 ? cells[split] : "",
      groups: Object.fromEntries(groups.map(({ name, place, isAge }) => [name, isAge ? ageBand(cells[place]) : cells[place]])),
    };
    const there = this.films[film];
    if (!there || there.agreed < truth.agreed) {
      if (there) this.problems.unmatchedRows.add(`line ${there.line}`);
      this.films[film] = truth;
    } else if (there.agreed > truth.agreed) this.problems.unmatchedRows.add(cells[file]);
    else this.#merge(there, truth, this.#names[film]);
  }

  /** A film's second row. @param {Truth & { line: number }} there @param {Truth & { line: number }} truth @param {string} name */
  #merge(there, truth, name) {
    const differing = this.#labels.filter((_, label) => there.shows[label] !== truth.shows[label]);
    if (there.patient !== truth.patient) differing.push("patient");
    if (!differing.length) {
      this.problems.repeatedRows.add(name);
      return;
    }
    for (const label of differing) {
      const place = this.#labels.indexOf(label);
      if (place >= 0) there.shows[place] = UNKNOWN;
    }
    this.problems.contradictions.add(`${name}, lines ${there.line} and ${truth.line}: ${differing.join(", ")}`);
  }
}

/** Names of a list, a name a line. @param {string} list */
const namesOf = (list) => new Set(list.split(/\r?\n|\r/).map((line) => line.trim()).filter(Boolean));

/** @param {Columns} columns @param {string} encoding @param {readonly string[]} labels */
function notesOf({ names, file, patient, split, words, findings, groups }, encoding, labels) {
  const said = (/** @type {number} */ place) => (place < 0 ? "none" : names[place]);
  const renamed = findings.filter(({ name, label }) => name !== labels[label]).map(({ name, label }) => `${name} as ${labels[label]}`);
  const used = [file, patient, split, words, ...groups.map(({ place }) => place), ...findings.map(({ place }) => place)];
  const missing = words < 0 ? labels.filter((_, label) => !findings.some((finding) => finding.label === label)) : [];
  const unused = names.filter((name, place) => name && !used.includes(place)).map((name) => {
    const meant = suggestion(name, missing);
    return meant ? `${name} (did you mean ${meant}? --map)` : name;
  });
  return [
    `Read as ${encoding}. File names: ${said(file)}; patients: ${said(patient)}; split: ${said(split)}; `
      + `findings: ${words < 0 ? `${findings.length} columns` : `words in ${names[words]}`}.`,
    ...(renamed.length ? [`Read under another name: ${renamed.join(", ")}.`] : []),
    ...(unused.length ? [`Columns that were not used: ${unused.slice(0, FIRST).join(", ")}${unused.length > FIRST ? ` and ${unused.length - FIRST} more` : ""}.`] : []),
  ];
}

/** @param {Columns} columns @param {readonly string[]} labels @returns {LabelTable["columns"]} */
const headingsOf = ({ names, file, patient, split, groups, findings }, labels) => ({
  file: names[file], patient: names[patient] ?? "", split: names[split] ?? "", groups: groups.map(({ name }) => name),
  findings: findings.map(({ name, label }) => ({ name, label: labels[label] })),
});

/** @param {Reader} reader @param {readonly string[]} names @returns {LabelProblems} */
function problemsOf({ films, problems }, names) {
  films.forEach((truth, film) => {
    if (!truth) problems.unmatchedFilms.add(names[film]);
    else if (truth.agreed === 1) problems.otherFolder.add(names[film]);
  });
  return /** @type {LabelProblems} */ (Object.fromEntries(Object.entries(problems).map(([name, { count, first }]) => [name, { count, first }])));
}

/** @param {Uint8Array | string | DecodedTable} table @returns {DecodedTable} */
function decoded(table) {
  if (typeof table === "string") return { text: table, encoding: "text" };
  return table instanceof Uint8Array ? textOf(table) : table;
}

/**
 * @param {Uint8Array | string | DecodedTable} table bytes of a CSV file, or its text
 * @param {readonly string[]} names of the films, paths or file names
 * @param {readonly string[]} labels of the model
 * @param {LabelOptions} [options]
 * @returns {LabelTable} throws LABELS_INVALID or OPTION_INVALID
 */
export function readLabels(table, names, labels, options = {}) {
  const { text, encoding } = decoded(table);
  const rows = rowsOf(text);
  const heading = rows.next().value;
  if (!heading) refuseTable("it is empty");
  const labelOf = findingNames(labels, options.map ?? {});
  const columns = columnsOf(heading.cells, labelOf, options);
  const reader = new Reader(columns, labels, labelOf, names, options.only === undefined ? null : namesOf(options.only));
  let count = 0;
  for (const row of rows) {
    reader.read(row);
    count++;
  }
  if (!count) refuseTable("it has a heading and no rows");
  const films = reader.films.map((truth) => truth && { shows: truth.shows, patient: truth.patient, split: truth.split, groups: truth.groups });
  if (!films.some(Boolean)) {
    throw new EvaxError("LABELS_INVALID", `none of its rows names one of the ${names.length} films; ${reader.problems.unmatchedRows.count} rows `
      + `name others, for example ${reader.problems.unmatchedRows.first[0] ?? "none"}`);
  }
  const known = labels.flatMap((_, label) => (films.some((film) => film && film.shows[label] !== UNKNOWN) ? [label] : []));
  return {
    films, known, problems: problemsOf(reader, names), notes: notesOf(columns, encoding, labels),
    hasPatients: films.some((film) => film?.patient), columns: headingsOf(columns, labels),
    splits: [...new Set(films.flatMap((film) => (film?.split ? [film.split] : [])))].sort(),
  };
}
