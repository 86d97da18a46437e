/* result-formats.js - the formats in which results are saved; each command has some of them, by the ending of a file's name.
 * SPDX-License-Identifier: MIT */
import { open } from "node:fs/promises";
import { replaceFile } from "../base/atomic-write.js";
import { csvHeader, csvOf } from "./records.js";

/** @typedef {import("./records.js").FilmRecord} FilmRecord */
/** @typedef {import("./records.js").Header} Header */
/** What writes a file of records, completely or not at all. isOwn: whether a file that starts so may be replaced.
 * @typedef {{ isOwn: (start: Uint8Array) => boolean,
 *   write: (path: string, records: AsyncIterable<FilmRecord>, header: Header) => Promise<void> }} Format */

/** By the ending of a name; null: lines of JSON, as the records are kept. @typedef {Readonly<Record<string, Format | null>>} Formats */

const PIECE_CHARACTERS = 1 << 20;

/** @param {Uint8Array} start @param {string} text */
const startsWith = (start, text) => Buffer.from(start).toString("latin1").startsWith(text);

/** @satisfies {Formats} */
export const NDJSON = { ndjson: null, jsonl: null };

/** @type {Format} */
const linesOfCsv = {
  isOwn: (start) => startsWith(start, csvHeader().slice(0, 30)),
  write: (path, records, header) => replaceFile(path, async (beside) => {
    const file = await open(beside, "wx");
    try {
      let text = csvHeader();
      for await (const record of records) {
        text += csvOf(record, header);
        if (text.length < PIECE_CHARACTERS) continue;
        await file.writeFile(text);
        text = "";
      }
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  }),
};

/** A line a finding. @satisfies {Formats} */
export const CSV = { csv: linesOfCsv };

/** @type {Format} */
const parquet = {
  isOwn: (start) => startsWith(start, "PAR1"),
  write: async (path, records, header) => {
    const { writeTable } = await import("../formats/parquet-table.js");
    await replaceFile(path, (beside) => writeTable(beside, records, header));
  },
};

/** A row a film. @satisfies {Formats} */
export const PARQUET = { parquet };

/** undefined: there is none of this ending. @param {string} path @param {Formats} formats @returns {Format | null | undefined} */
export function formatOf(path, formats) {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1].toLowerCase() ?? "";
  return Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}
