/* films.js - the films of the sanity check: of a folder with an index.csv that has the columns file,
 * dataset, split and split_group (the patient).
 * SPDX-License-Identifier: MIT */
import { join } from "node:path";
import { randoms, shuffled } from "../../../web/statistics/random.js";
import { rowsOf } from "../index-csv.js";

const COLUMNS = ["file", "dataset", "split", "split_group"];

/**
 * One film of every patient of the test split of a data set, in random order.
 * @param {string} folder @param {string} dataset
 * @returns {{ file: string, path: string }[]}
 */
export function testFilms(folder, dataset) {
  const rows = rowsOf(folder);
  if (!COLUMNS.every((name) => name in (rows[0] ?? {}))) throw new Error(`index.csv lacks ${COLUMNS.join(", ")}`);
  const seen = new Set();
  return shuffled(rows, randoms(7)).flatMap(({ file, dataset: set, split, split_group: patient }) => {
    if (set !== dataset || split !== "test" || seen.has(patient)) return [];
    seen.add(patient);
    return [{ file, path: join(folder, file) }];
  });
}
