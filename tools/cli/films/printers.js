/* printers.js - what `evax analyze` makes of each film: text, lines of JSON, or CSV on standard output, or records in
 * a file.
 * SPDX-License-Identifier: MIT */
import { nameOfInput, note, printJson } from "../base/command.js";
import { csvHeader, csvOf, failureOf, recordOf } from "./records.js";
import { filmReport, printable } from "../base/report.js";

/** @typedef {import("../../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../../web/evax.js").Finding} Finding */
/** @typedef {import("../../../web/evax.js").Info} Info */
/** @typedef {import("./records.js").DrawnMap} DrawnMap */
/** @typedef {import("./records.js").FilmRecord} FilmRecord */
/** @typedef {import("./records.js").Header} Header */

/** @typedef {object} Printer
 * @property {(file: string, analysis: Analysis, customFindings: Finding[], maps: DrawnMap[]) => void} film
 * @property {(file: string, error: unknown) => void} failure */

/** @param {DrawnMap[]} maps */
function noteMaps(maps) {
  for (const { file } of maps) if (file) note(`attention map: ${printable(file)}`);
}

/** @implements {Printer} */
export class TextPrinter {
  #info;

  /** @param {Readonly<Info>} info */
  constructor(info) {
    this.#info = info;
  }

  /** @type {Printer["film"]} */
  film(file, analysis, customFindings, maps) {
    const findings = [...analysis.findings, ...customFindings];
    process.stdout.write(`${filmReport(nameOfInput(file), { ...analysis, findings }, this.#info)}\n`);
    noteMaps(maps);
  }

  failure() { /* what is said on standard error is enough */ }
}

/** What takes the records of films. @implements {Printer} */
export class RecordPrinter {
  #header;
  #add;

  /** @param {Header} header @param {(record: FilmRecord) => void} add */
  constructor(header, add) {
    this.#header = header;
    this.#add = add;
  }

  /** @type {Printer["film"]} */
  film(file, analysis, customFindings, maps) {
    this.#add(recordOf(this.#header, file, analysis, customFindings, maps));
    noteMaps(maps);
  }

  /** @type {Printer["failure"]} */
  failure(file, error) {
    this.#add(failureOf(error, file));
  }
}

/** Lines of JSON: the header, then a record a film. @param {Header} header */
export function jsonPrinter(header) {
  printJson(header);
  return new RecordPrinter(header, printJson);
}

/** Lines of CSV, one a finding. @param {Header} header */
export function csvPrinter(header) {
  process.stdout.write(csvHeader());
  return new RecordPrinter(header, (record) => process.stdout.write(csvOf(record, header)));
}
