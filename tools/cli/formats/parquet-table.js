/* parquet-table.js - records as a Parquet file, a row a film; what it needs is loaded with this file only.
 *
 *     file, error              the film, and the code of its error
 *     format, width, height    how it was stored
 *     reasons                  codes, parted by blanks
 *     score_L, logit_L, above_L  of each label L; above_L is null where the model has no threshold
 *     embedding, embedding_space
 *
 * A table of embed has file, error and the embedding alone. Of a film that failed all else is null. The header of the run stands in the file's metadata, as "evax".
 * SPDX-License-Identifier: MIT */
import { ParquetWriter, fileWriter } from "./parquet.bundle.js";

/** @typedef {import("../films/records.js").FilmRecord} FilmRecord */
/** @typedef {import("../films/records.js").Header} Header */
/** @typedef {{ name: string, schema: object[], of: (record: FilmRecord) => unknown }} Column */

const ROWS = 1000; // that are in memory at a time: a row group

/** @param {string} name @param {object} type @param {Column["of"]} of @returns {Column} */
const column = (name, type, of) => ({ name, of, schema: [{ name, repetition_type: "OPTIONAL", ...type }] });

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8" };
const INTEGER = { type: "INT32" };
const NUMBER = { type: "DOUBLE" };
const TRUTH = { type: "BOOLEAN" };

/** @param {string} name @param {(record: FilmRecord) => unknown} of @returns {Column} of lists of float32 */
const floats = (name, of) => ({
  name, of,
  schema: [
    { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "REQUIRED", type: "FLOAT" },
  ],
});

/** The columns of a finding. @param {string} label @param {"findings" | "customFindings"} where */
function columnsOf(label, where) {
  const of = (/** @type {FilmRecord} */ record) => record[where]?.find((finding) => finding.label === label);
  return [
    column(`score_${label}`, NUMBER, (record) => of(record)?.score),
    column(`logit_${label}`, NUMBER, (record) => of(record)?.logit),
    column(`above_${label}`, TRUTH, (record) => of(record)?.above),
  ];
}

/** What an analysis has beside the embedding. @param {Header} header @returns {Column[]} */
const analysisColumns = ({ info, customFindings = [] }) => [
  column("format", TEXT, ({ input }) => input?.format),
  column("width", INTEGER, ({ input }) => input?.width),
  column("height", INTEGER, ({ input }) => input?.height),
  column("reasons", TEXT, ({ reasons }) => reasons?.map(({ code }) => code).join(" ")),
  ...info.labels.flatMap((label) => columnsOf(label, "findings")),
  ...customFindings.filter((label) => !info.labels.includes(label)).flatMap((label) => columnsOf(label, "customFindings")),
];

/** @param {Header} header @returns {Column[]} */
const columnsFor = (header) => [
  column("file", TEXT, ({ file }) => file),
  column("error", TEXT, ({ ok, error }) => (ok ? null : error?.code ?? "UNKNOWN")),
  ...(header.only ? [] : analysisColumns(header)),
  floats("embedding", ({ embedding }) => embedding),
  column("embedding_space", TEXT, ({ embeddingSpace }) => embeddingSpace),
];

/**
 * Writes a table.
 * @param {string} path of a file, which is replaced
 * @param {AsyncIterable<FilmRecord>} records
 * @param {Header} header
 */
export async function writeTable(path, records, header) {
  const columns = columnsFor(header);
  const schema = [{ name: "root", num_children: columns.length }, ...columns.flatMap((each) => each.schema)];
  const writer = new ParquetWriter({
    writer: fileWriter(path), schema, kvMetadata: [{ key: "evax", value: JSON.stringify(header) }],
    createdBy: `eva-x-web ${header.info.version}`,
  });
  /** @type {FilmRecord[]} */ let rows = [];
  const flush = () => {
    const columnData = columns.map(({ name, of }) => ({ name, data: rows.map((record) => of(record) ?? null) }));
    writer.write({ columnData, rowGroupSize: ROWS });
    rows = [];
  };
  for await (const record of records) {
    if (rows.push(record) === ROWS) flush();
  }
  if (rows.length) flush();
  writer.finish();
}
