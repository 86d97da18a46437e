/* result-formats.js - the formats in which results are saved, by the ending of a file's name.
 * SPDX-License-Identifier: MIT */
import { open } from "node:fs/promises";
import { replaceFile } from "./atomic-write.js";
import { csvHeader, csvOf } from "./records.js";

/** @typedef {import("./records.js").FilmRecord} FilmRecord */
/** @typedef {import("./records.js").Header} Header */
/** What writes a file of records, completely or not at all. isOwn: whether a file that starts so may be replaced.
 * @typedef {{ isOwn: (start: Uint8Array) => boolean,
 *   write: (path: string, records: AsyncIterable<FilmRecord>, header: Header) => Promise<void> }} Format */

const PIECE_CHARACTERS = 1 << 20;

/** @param {Uint8Array} start @param {string} text */
const startsWith = (start, text) => Buffer.from(start).toString("latin1").startsWith(text);

/** @type {Format} */
const CSV = {
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

/** @type {Format} */
const PARQUET = {
  isOwn: (start) => startsWith(start, "PAR1"),
  write: async (path, records, header) => {
    const { writeTable } = await import("./parquet-table.js");
    await replaceFile(path, (beside) => writeTable(beside, records, header));
  },
};

/** By ending; null: lines of JSON, as the records are kept. @type {Record<string, Format | null>} */
const FORMATS = { ndjson: null, jsonl: null, csv: CSV, parquet: PARQUET };

/** undefined: there is none of this ending. @param {string} path @returns {Format | null | undefined} */
export const formatOf = (path) => FORMATS[/\.([a-z]+)$/i.exec(path)?.[1].toLowerCase() ?? ""];
