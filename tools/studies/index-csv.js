/* index-csv.js - the table of a data folder: index.csv, one row for each film.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rowsOf as tableRows, textOf } from "../../web/evaluate/labels/csv-reader.js";

/** @typedef {Record<string, string>} Row by the names of the heading */

/** @param {string} folder with index.csv @returns {Row[]} */
export function rowsOf(folder) {
  const [heading, ...rows] = tableRows(textOf(readFileSync(join(folder, "index.csv"))).text);
  return rows.map(({ cells }) => Object.fromEntries(heading.cells.map((name, i) => [name, cells[i]])));
}
