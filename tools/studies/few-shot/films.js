/* films.js - reads the labeled films of a data folder: index.csv, one row for each film.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {Record<string, string>} Row by the names of the heading */

const FIELD = /("(?:[^"]|"")*"|[^,]*)(,|$)/g;

/** The fields of a line; quotes go around what holds a comma. @param {string} line */
function fieldsOf(line) {
  const fields = [];
  for (const [, field, end] of line.matchAll(FIELD)) {
    fields.push(field.startsWith("\"") ? field.slice(1, -1).replaceAll("\"\"", "\"") : field);
    if (!end) break;
  }
  return fields;
}

/** @param {string} folder with index.csv @returns {Row[]} */
export function filmsOf(folder) {
  const text = readFileSync(join(folder, "index.csv"), "utf8");
  const [heading, ...lines] = text.split(/\r?\n/).filter(Boolean);
  const names = fieldsOf(heading);
  return lines.map((line) => {
    const fields = fieldsOf(line);
    return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
  });
}

/** Only films that the demo model was not trained on. @param {Row} row */
const unseen = ({ split }) => split === "val" || split === "test";

/** @param {Row} row */
const firstPatients = (row) => row.selection === "nih-first-patients" && unseen(row);

/** Pairs of classes that differ in what the films show and not, as far as the notes of the data say, in
 * their origin.
 * @type {{ id: string, title: string, among: (row: Row) => boolean, shows: (row: Row) => boolean }[]} */
export const CONTRASTS = [
  { id: "effusion", title: "Effusion (NIH adults, first patients)",
    among: firstPatients, shows: (row) => row.Effusion === "1" },
  { id: "cardiomegaly", title: "Cardiomegaly (NIH adults, first patients)",
    among: firstPatients, shows: (row) => row.Cardiomegaly === "1" },
  { id: "any-finding", title: "Any finding (NIH adults, first patients)",
    among: firstPatients, shows: (row) => row["No Finding"] !== "1" },
  { id: "virus", title: "Virus or bacteria (Kermany, pneumonia)",
    among: (row) => ["virus", "bacteria"].includes(row.subtype) && unseen(row),
    shows: (row) => row.subtype === "virus" },
];
