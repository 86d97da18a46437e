/* printers.js - what `evax analyze` prints of each film: text, lines of JSON, or CSV.
 *
 * What is the same for all films (the model, what was measured of its findings, the notice) stands once, before
 * them, in JSON: {"info": ...}. A line of CSV stands alone in spreadsheets, so that each has it.
 * What differs from run to run (times, threads) is in neither: the same films give the same bytes.
 * SPDX-License-Identifier: MIT */
import { csvLine } from "../../web/base/csv.js";
import { failureJson, nameOfInput, note, printJson } from "./command.js";
import { filmReport, printable } from "./report.js";

/** @typedef {import("../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../web/evax.js").AttentionMap} AttentionMap */
/** @typedef {import("../../web/evax.js").Finding} Finding */
/** @typedef {import("../../web/evax.js").Info} Info */
/** @typedef {AttentionMap & { file: string | null }} DrawnMap */

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

/** What differs from film to film. @param {Finding} finding */
const result = ({ label, logit, score, threshold, above }) => ({ label, logit, score, threshold, above });

/** @implements {Printer} */
export class JsonPrinter {
  #info;

  /** @param {Readonly<Info>} info */
  constructor(info) {
    this.#info = info;
    const { threads: _threads, threadsNote: _note, module: _module, ...same } = info;
    printJson({ info: same });
  }

  /** @type {Printer["film"]} */
  film(file, { embedding, picture: _picture, seen: _seen, deep: _deep, notice: _notice, timing: _timing, findings,
    ...analysis },
    customFindings, maps) {
    const { model, dtype, variant, version } = this.#info;
    printJson({
      file, ok: true, model, dtype, variant, version, ...analysis,
      findings: findings.map(result),
      ...(customFindings.length && { customFindings }),
      embedding: [...embedding],
      ...(maps.length && { maps: maps.map((map) => ({ ...map, raw: [...map.raw], normalized: [...map.normalized] })) }),
    });
    noteMaps(maps);
  }

  /** @type {Printer["failure"]} */
  failure(file, error) {
    printJson(failureJson(error, file));
  }
}

const COLUMNS = /** @type {const} */ (["label", "score", "logit", "threshold", "above", "evidence", "auc", "n",
  "positives", "dataset"]);

/** @implements {Printer} */
export class CsvPrinter {
  #model;

  /** @param {Readonly<Info>} info */
  constructor({ model, modelHash, dtype, variant, version, notice }) {
    this.#model = [model, modelHash, dtype, variant, version, notice];
    process.stdout.write(csvLine(["file", "error", ...COLUMNS, "custom", "reasons",
      "model", "model_sha256", "dtype", "variant", "version", "notice"]));
  }

  /** @type {Printer["film"]} */
  film(file, { findings, reasons }, customFindings, maps) {
    const codes = reasons.map(({ code }) => code).join(" ");
    const lines = [...findings, ...customFindings].map((finding) =>
      [...COLUMNS.map((name) => finding[name]), customFindings.includes(finding)]);
    /* A feature extractor's films have no findings, and a line all the same. */
    for (const cells of lines.length ? lines : [[...COLUMNS.map(() => null), null]]) {
      process.stdout.write(csvLine([nameOfInput(file), null, ...cells, codes, ...this.#model]));
    }
    noteMaps(maps);
  }

  /** @type {Printer["failure"]} */
  failure(file, error) {
    const { error: { code } } = failureJson(error, file);
    process.stdout.write(csvLine([nameOfInput(file), code, ...COLUMNS.map(() => null), null, null, ...this.#model]));
  }
}
