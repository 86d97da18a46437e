/* columns.js - what the columns of a table of labels are, by their headings.
 * SPDX-License-Identifier: MIT */
import { didYouMean } from "../../base/suggest.js";
import { refuseTable } from "./csv-reader.js";

/** What a person says of the columns, where their headings do not.
 * @typedef {object} ColumnOptions
 * @property {string} [file] the column of file names
 * @property {string} [patient] the column that says whose film it is
 * @property {string} [split] the column that parts the films, for example train, val, test
 * @property {readonly string[]} [groups] columns by whose values figures are given
 */
/** Columns by their places, -1 for none. words: a column with all findings of a film in words, parted by "|".
 * @typedef {object} Columns
 * @property {readonly string[]} names
 * @property {number} file
 * @property {number} patient
 * @property {number} split
 * @property {number} words
 * @property {{ name: string, place: number, isAge: boolean }[]} groups
 * @property {{ name: string, place: number, label: number }[]} findings
 */

/** Headings, without case, blanks and signs. The first that is there counts. */
const FILE = ["imageindex", "path", "file", "filename", "filepath", "image", "imagepath", "imagename", "imageid", "dicom", "name"];
const PATIENT = ["patientid", "patient", "subjectid", "subject", "personid", "case", "caseid"];
const SPLIT = ["split", "subset", "set", "partition"];
const WORDS = ["findinglabels"];
const VIEW = ["viewposition", "view", "appa", "frontallateral", "projection"];
const SEX = ["patientgender", "patientsex", "sex", "gender"];
const AGE = ["patientage", "age"];
const MACHINE = ["machine", "scanner", "device", "manufacturer", "manufacturermodelname"];
const SITE = ["site", "hospital", "institution", "dataset", "source"];
const GROUPS = [VIEW, SEX, AGE, MACHINE, SITE];

/** @param {string} heading */
const plain = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** The place of a column that a person named. @param {readonly string[]} names @param {string} wanted */
function named(names, wanted) {
  const place = names.indexOf(wanted);
  if (place < 0) refuseTable(`it has no column ${wanted}${didYouMean(wanted, names)}; there are ${names.slice(0, 12).join(", ")}`);
  return place;
}

/** @param {readonly string[]} names @param {string | undefined} wanted @param {readonly string[]} known */
function placeOf(names, wanted, known) {
  if (wanted !== undefined) return named(names, wanted);
  const plains = names.map(plain);
  return Math.max(-1, ...known.map((word) => plains.indexOf(word)).filter((place) => place >= 0).slice(0, 1));
}

/** @param {readonly string[]} names @param {readonly string[] | undefined} wanted */
function groupsOf(names, wanted) {
  const places = wanted ? wanted.map((name) => named(names, name))
    : GROUPS.map((known) => placeOf(names, undefined, known)).filter((place) => place >= 0);
  return places.map((place) => ({ name: names[place], place, isAge: AGE.includes(plain(names[place])) }));
}

/** @param {readonly string[]} names @param {(name: string) => number} labelOf @param {readonly number[]} taken */
function findingsOf(names, labelOf, taken) {
  /** @type {Columns["findings"]} */ const found = [];
  names.forEach((name, place) => {
    const label = taken.includes(place) ? -1 : labelOf(name);
    if (label < 0) return;
    const other = found.find((finding) => finding.label === label);
    if (other) refuseTable(`two columns are the same finding: ${other.name} and ${name}`);
    found.push({ name, place, label });
  });
  return found;
}

/**
 * @param {readonly string[]} names the heading
 * @param {(name: string) => number} labelOf of finding-names.js
 * @param {ColumnOptions} options
 * @returns {Columns} throws LABELS_INVALID
 */
export function columnsOf(names, labelOf, options) {
  const twice = names.find((name, i) => name && names.indexOf(name) !== i);
  if (twice) refuseTable(`the column ${twice} is there twice`);
  const file = placeOf(names, options.file, FILE);
  if (file < 0) refuseTable(`no column has file names; name it by --file-column (columns.file). There are ${names.slice(0, 12).join(", ")}`);
  const [patient, split] = [placeOf(names, options.patient, PATIENT), placeOf(names, options.split, SPLIT)];
  const words = placeOf(names, undefined, WORDS);
  const findings = findingsOf(names, labelOf, [file, patient, split, words]);
  if (words < 0 && !findings.length) {
    refuseTable(`no column is a finding of the model; say which by --map COLUMN=LABEL (map). There are ${names.slice(0, 12).join(", ")}`);
  }
  return { names, file, patient, split, words, groups: groupsOf(names, options.groups), findings: words < 0 ? findings : [] };
}
