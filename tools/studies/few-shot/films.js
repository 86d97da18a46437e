/* films.js - which films of a data folder the study compares, by its index.csv.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../index-csv.js").Row} Row */

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
