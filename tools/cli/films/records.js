/* records.js - what is kept of a film: a record, of which a line of JSON, lines of CSV or a row of a table are made.
 *
 * A record has what differs from film to film. What is the same for all of a run (the model, what was measured of its
 * findings, the notice) stands once, in the header. What differs from run to run (times, threads, kernels) is in neither: the
 * same films give the same bytes.
 * SPDX-License-Identifier: MIT */
import { csvLine } from "../../../web/base/csv.js";
import { failureJson, nameOfInput } from "../base/command.js";

/** @typedef {import("../../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../../web/evax.js").AttentionMap} AttentionMap */
/** @typedef {import("../../../web/evax.js").Finding} Finding */
/** @typedef {import("../../../web/evax.js").Info} Info */
/** @typedef {AttentionMap & { file: string | null }} DrawnMap */
/** The model of a run, and the labels of its custom findings if there are any. only: records of embed have nothing else.
 * @typedef {{ info: Omit<Info, "threads" | "threadsNote" | "module" | "kernels">, customFindings?: string[], only?: "embeddings" }} Header */
/** @typedef {Pick<Finding, "label" | "logit" | "score" | "threshold" | "above">} Score */
/** A film's record. ok: its error is undefined; else it has nothing but that.
 * @typedef {{ file: string, ok: boolean, error?: { code: string | null, message: string }, findings?: Score[],
 *   customFindings?: Finding[], reasons?: Analysis["reasons"], embedding?: number[], embeddingSpace?: string,
 *   input?: Analysis["input"] }} FilmRecord */

/** @param {Readonly<Info>} info @param {readonly { name: string }[]} [heads] @param {"embeddings"} [only] @returns {Header} */
export function headerOf(
  { threads: _threads, threadsNote: _note, module: _module, kernels: _kernels, ...info }, heads = [], only = undefined,
) {
  return { info, ...(heads.length && { customFindings: heads.map(({ name }) => name) }), ...(only && { only }) };
}

/** What differs from film to film. @param {Finding} finding @returns {Score} */
const scoreOf = ({ label, logit, score, threshold, above }) => ({ label, logit, score, threshold, above });

/** @param {Header} header @param {string} file @param {Analysis} analysis @param {Finding[]} customFindings
 * @param {DrawnMap[]} maps @returns {FilmRecord} */
export function recordOf({ info }, file, analysis, customFindings, maps) {
  const { embedding, picture: _picture, seen: _seen, deep: _deep, notice: _notice, timing: _timing, findings,
    ...rest } = analysis;
  const { model, dtype, variant, version } = info;
  return /** @type {FilmRecord} */ ({
    file, ok: true, model, dtype, variant, version, ...rest,
    findings: findings.map(scoreOf),
    ...(customFindings.length && { customFindings }),
    embedding: [...embedding],
    ...(maps.length && { maps: maps.map((map) => ({ ...map, raw: [...map.raw], normalized: [...map.normalized] })) }),
  });
}

/** A record of embed. @param {string} file @param {Analysis} analysis @param {Readonly<Info>} info */
export const embeddingOf = (file, { embedding, embeddingSpace }, { model }) =>
  ({ file, ok: true, model, embeddingSpace, embedding: [...embedding] });

/** @type {(error: unknown, file: string) => FilmRecord} */
export const failureOf = failureJson;

const COLUMNS = /** @type {const} */ (["label", "score", "logit", "threshold", "above", "evidence", "auc", "n",
  "positives", "dataset"]);

/** The first line of CSV. */
export const csvHeader = () => csvLine(["file", "error", ...COLUMNS, "custom", "reasons",
  "model", "model_sha256", "dtype", "variant", "version", "notice"]);

/** Lines of CSV, one a finding. Each stands alone in spreadsheets, so that it has what the header says, too.
 * @param {FilmRecord} record @param {Header} header */
export function csvOf({ file, error, findings = [], customFindings = [], reasons }, { info }) {
  const facts = new Map(info.facts.map((each) => [each.label, each]));
  const rows = error ? [] : [
    ...findings.map((finding) => ({ ...facts.get(finding.label), ...finding, custom: false })),
    ...customFindings.map((finding) => ({ ...finding, custom: true })),
  ];
  const codes = reasons?.map(({ code }) => code).join(" ");
  /* A film that failed has no findings, nor has one of a feature extractor, and a line all the same. */
  const lines = rows.length ? rows.map((row) => [...COLUMNS.map((name) => row[name]), row.custom])
    : [[...COLUMNS.map(() => null), null]];
  const { model, modelHash, dtype, variant, version, notice } = info;
  return lines.map((cells) => csvLine([nameOfInput(file), error?.code, ...cells, codes, model, modelHash, dtype, variant,
    version, notice])).join("");
}
