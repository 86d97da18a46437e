/* index-csv.js - the table of a data folder: index.csv, one row for each film.
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
export function rowsOf(folder) {
  const text = readFileSync(join(folder, "index.csv"), "utf8");
  const [heading, ...lines] = text.split(/\r?\n/).filter(Boolean);
  const names = fieldsOf(heading);
  return lines.map((line) => {
    const fields = fieldsOf(line);
    return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
  });
}
