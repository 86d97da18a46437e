/* films.js - the films of the sanity check: of a folder with an index.csv that has the columns file,
 * dataset, split and split_group (the patient).
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** @param {string} line @returns {string[]} cells; commas within quotes do not part them */
const cells = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell);

/** Numbers of 0..1, always the same for a seed (mulberry32). @param {number} seed */
export function randoms(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order. @template T @param {ArrayLike<T>} items @param {() => number} random */
export function shuffled(items, random) {
  const list = Array.from(items);
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/**
 * One film of every patient of the test split of a data set, in random order.
 * @param {string} folder @param {string} dataset
 * @returns {Promise<{ file: string, path: string }[]>}
 */
export async function testFilms(folder, dataset) {
  const [head, ...lines] = (await readFile(join(folder, "index.csv"), "utf8")).trim().split(/\r?\n/);
  const names = cells(head);
  const at = ["file", "dataset", "split", "split_group"].map((name) => names.indexOf(name));
  if (at.includes(-1)) throw new Error("index.csv lacks file, dataset, split or split_group");
  const random = randoms(7);
  const seen = new Set();
  return shuffled(lines.map((line) => {
    const row = cells(line);
    return at.map((i) => row[i]);
  }), random).flatMap(([file, set, split, patient]) => {
    if (set !== dataset || split !== "test" || seen.has(patient)) return [];
    seen.add(patient);
    return [{ file, path: join(folder, file) }];
  });
}
