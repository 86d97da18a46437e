/* csv-reader.js - tables as people have them: CSV in any common encoding, with any common separator.
 *
 *     bytes ── encoding ── text ── separator of the first line ── rows, one at a time
 *
 * Rows come one at a time, so that a million of them take no more memory than their text.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** A longer file is refused: its text would not fit into a string everywhere. */
export const MAX_TABLE_BYTES = 256 << 20;
const SEPARATORS = [",", ";", "\t", "|"];
/* Bytes among which a zero tells that a file is none of text. */
const LOOKED_AT = 4096;
/* Spreadsheets may name the separator in a line of its own. */
const SEPARATOR_LINE = /^"?sep=(.)"?\r?\n/i;

/** A row of a table. line: where it begins, from 1. @typedef {{ line: number, cells: string[] }} Row */

/** @param {string} detail @returns {never} */
export function refuseTable(detail) {
  throw new EvaxError("LABELS_INVALID", detail);
}

/** How often a byte is zero among the first, at even and at odd places: UTF-16 without a mark shows so.
 * @param {Uint8Array} bytes */
function zeros(bytes) {
  const [even, odd] = [0, 1].map((from) => bytes.subarray(0, 200).filter((byte, i) => i % 2 === from && !byte).length);
  return { even, odd };
}

/** @param {Uint8Array} bytes @returns {string} of TextDecoder */
function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const { even, odd } = zeros(bytes);
  if (odd > 4 * even && odd > 4) return "utf-16le";
  return even > 4 * odd && even > 4 ? "utf-16be" : "utf-8";
}

/**
 * The text of a table. UTF-8 and UTF-16 with or without a byte order mark; what is no UTF-8 is read as Windows-1252.
 * @param {Uint8Array} bytes @returns {{ text: string, encoding: string }} throws LABELS_INVALID
 */
export function textOf(bytes) {
  if (bytes.length > MAX_TABLE_BYTES) refuseTable(`the file has ${bytes.length} bytes, more than ${MAX_TABLE_BYTES}`);
  const encoding = encodingOf(bytes);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch {
    if (encoding !== "utf-8" || bytes.subarray(0, LOOKED_AT).includes(0)) refuseTable(`it is no text in ${encoding}`);
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

/** The separator that a heading has most often outside quotes; a comma if it has none. @param {string} heading */
function separatorOf(heading) {
  const bare = heading.replace(/"(?:[^"]|"")*"/g, "");
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))];
}

/** Where a quoted cell's closing quote is; two quotes stand for one. @param {string} text @param {number} open */
function closingQuote(text, open) {
  for (let at = text.indexOf("\"", open + 1); at >= 0; at = text.indexOf("\"", at + 2)) if (text[at + 1] !== "\"") return at;
  return -1;
}

/** @param {number} at @param {string} text */
const orEnd = (at, text) => (at < 0 ? text.length : at);

/** A row that may have quotes. A quote counts only where a cell begins with it; line ends within quotes belong to the cell.
 * @param {string} text @param {number} at where it begins @param {string} separator @param {string} newline
 * @returns {{ cells: string[], end: number } | null} null where a quote is never closed */
function quotedRow(text, at, separator, newline) {
  const cells = [];
  for (;;) {
    const close = text[at] === "\"" ? closingQuote(text, at) : at;
    if (close < 0) return null;
    const lineEnd = orEnd(text.indexOf(newline, close), text);
    const within = text.slice(close, lineEnd).indexOf(separator);
    const next = within < 0 ? lineEnd : close + within;
    const quoted = close > at ? text.slice(at + 1, close).replaceAll("\"\"", "\"") : "";
    cells.push(quoted + text.slice(close > at ? close + 1 : at, next));
    if (next === lineEnd) return { cells, end: lineEnd };
    at = next + 1;
  }
}

/** @param {string} text @param {number} from @param {number} to @param {string} newline */
const linesWithin = (text, from, to, newline) => text.slice(from, to).split(newline).length - 1;

/**
 * The rows of a table, the heading first; blank lines are left out, and blanks around cells.
 * @param {string} text
 * @returns {Generator<Row, void>} throws LABELS_INVALID where a quote is never closed
 */
export function* rowsOf(text) {
  const newline = text.includes("\n") ? "\n" : "\r";
  const [mark, named] = text.match(SEPARATOR_LINE) ?? [""];
  let separator = named;
  for (let at = mark.length, line = mark ? 2 : 1; at < text.length;) {
    const first = line;
    let end = orEnd(text.indexOf(newline, at), text);
    const content = text.slice(at, end);
    separator ??= separatorOf(content);
    let cells = content.split(separator);
    if (content.includes("\"")) {
      const row = quotedRow(text, at, separator, newline) ?? refuseTable(`the quote that opens in line ${first} is never closed`);
      line += linesWithin(text, at, row.end, newline);
      ({ cells, end } = row);
    }
    at = end + 1;
    line++;
    if (content.trim()) yield { line: first, cells: cells.map((cell) => cell.trim()) };
  }
}
