/* evaluator.js - what of a validation takes long, for a thread of its own: reading a table of labels, and measuring.
 *
 *     file ── heading                      what its columns are called
 *       └──── match: names of films ── what is known of each film
 *                                            └──── report: what a model made of these films
 *
 * The file's text stays here between the calls: it may have a million rows. Nothing else does, so that another evaluator can go on.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_TABLE_BYTES, refuseTable, rowsOf, textOf } from "./labels/csv-reader.js";
import { readLabels } from "./labels/labels.js";
import { reportOf } from "./report/report.js";

/** @typedef {import("./labels/labels.js").DecodedTable} DecodedTable */
/** @typedef {import("./labels/labels.js").LabelTable} LabelTable */
/** @typedef {import("./labels/labels.js").LabelOptions} LabelOptions */
/** @typedef {import("./report/report.js").Measured} Measured */
/** @typedef {import("./report/report.js").MeasureOptions} MeasureOptions */
/** @typedef {import("./report/report.js").Report} Report */
/** The table's file, with a number of its own. @typedef {{ id: number, file: Blob }} TableFile */
/** names: of the films; labels: of the model. @typedef {{ table: TableFile, names: string[], labels: readonly string[], options: LabelOptions }} Match */
/** table: of match(); other: a second model's results of the same films.
 * @typedef {{ table: LabelTable, model: Measured, other: Measured | null, options: Omit<MeasureOptions, "signal" | "onProgress"> }} Measurement */
/** @typedef {{ signal?: AbortSignal, onProgress?: (done: number, of: number) => void }} EvaluatorCall */

/** @param {Blob} file @returns {Promise<DecodedTable>} rejects with INPUT_UNREADABLE or LABELS_INVALID */
async function readText(file) {
  if (file.size > MAX_TABLE_BYTES) refuseTable(`the file has ${file.size} bytes, more than ${MAX_TABLE_BYTES}`);
  const bytes = await file.arrayBuffer().catch((/** @type {Error} */ cause) => {
    throw new EvaxError("INPUT_UNREADABLE", cause.message, { cause });
  });
  return textOf(new Uint8Array(bytes));
}

export class Evaluator {
  /** @type {{ id: number, decoded: DecodedTable } | null} */ #read = null;

  /** @param {TableFile} table */
  async #decoded({ id, file }) {
    if (this.#read?.id !== id) this.#read = { id, decoded: await readText(file) };
    return this.#read.decoded;
  }

  /** What the columns of a table are called. Rejects with LABELS_INVALID. @param {TableFile} table @param {EvaluatorCall} [_options]
   * @returns {Promise<string[]>} */
  async heading(table, _options) {
    const first = rowsOf((await this.#decoded(table)).text).next().value;
    return first ? first.cells : [];
  }

  /** As readLabels(). @param {Match} match @param {EvaluatorCall} [_options] @returns {Promise<LabelTable>} */
  async match({ table, names, labels, options }, _options) {
    return readLabels(await this.#decoded(table), names, labels, options);
  }

  /** As reportOf(). @param {Measurement} measurement @param {EvaluatorCall} [call] @returns {Promise<Report>} */
  async report({ table, model, other, options }, { signal, onProgress } = {}) {
    return reportOf(model, table, { ...options, signal, onProgress }, other);
  }
}
