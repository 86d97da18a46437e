/* head-file.js - reads and writes the file of a head, checked member by member as model/HEAD.md says.
 *
 * A head is untrusted input: it may have been edited, or made for another model. Every member is
 * checked before it is used, and the error names the member.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_EMBED_DIM } from "../base/limits.js";
import { checkMembers, isFraction, isHash, isInterval, isObject } from "../base/members.js";
import { sha256 } from "../base/sha256.js";
import { MAX_LABEL, isLabel } from "../base/visible.js";
import { isText } from "../model/manifest.js";

const FORMAT = "evax-head";
/** The newest format version that this reader knows. */
const VERSION = 1;
/** A longer file is refused unread: 2,048 weights and a learning curve take a twentieth of it. */
export const MAX_HEAD_BYTES = 1 << 20;
const MAX_COUNT = 1e9;

/** @typedef {import("./cross-validation.js").CurvePoint} CurvePoint */
/** @typedef {import("./cross-validation.js").Evaluation} Evaluation */
/** A custom finding: logit = bias + weights . embedding; score = sigmoid(logit).
 * @typedef {object} Head
 * @property {string} name of the finding
 * @property {{ name: string, embeddingSpace: string, embeddingSize: number }} model that it belongs to;
 *   the file calls embeddingSpace `features`
 * @property {readonly number[]} weights as many as embeddingSize
 * @property {number} bias
 * @property {number} threshold of the score
 * @property {number} penalty of the weights' squares that the fit chose
 * @property {{ positive: number, negative: number }} films that it was fitted on
 * @property {Evaluation | null} evaluation null: too few films, or not asked for
 * @property {readonly CurvePoint[]} curve AUC against the number of films; may be empty
 * @property {string} notice to be shown with every result
 */

/** @typedef {import("../base/members.js").Test} Test */

/** @type {Test} */
const isCount = (v) => Number.isInteger(v) && v >= 1 && v <= MAX_COUNT;

/** @typedef {import("../base/members.js").Table} Table */

/** @type {Table} */
const MEMBERS = {
  name: [isLabel, `one visible line of at most ${MAX_LABEL} characters`],
  model: [isObject, "an object"],
  weights: [(v) => Array.isArray(v) && v.length <= MAX_EMBED_DIM && v.every(Number.isFinite),
    `at most ${MAX_EMBED_DIM} numbers`],
  bias: [Number.isFinite, "a number"],
  threshold: [isFraction, "a number in 0..1"],
  penalty: [(v) => Number.isFinite(v) && v > 0, "a number above 0"],
  films: [isObject, "an object"],
  evaluation: [(v) => v === null || isObject(v), "an object or null"],
  curve: [(v) => Array.isArray(v) && v.length <= 100, "a list of at most 100 points"],
  notice: [(v) => isText(v) && v.trim() !== "" && v.length <= 4000, "a text"],
  digest: [isHash, "64 hex digits"],
};
/** @type {Table} */
const MODEL = {
  name: [(v) => isText(v) && v.length <= 400, "a text"],
  features: [isHash, "64 hex digits"],
  embedding_size: [isCount, "an integer above 0"],
};
/** @type {Table} */
const FILMS = {
  positive: [isCount, "an integer above 0"], negative: [isCount, "an integer above 0"],
};
/** @type {Table} */
const EVALUATION = {
  folds: [(v) => isCount(v) && v >= 2, "an integer above 1"],
  repeats: [isCount, "an integer above 0"],
  auc: [isFraction, "a number in 0..1"],
  auc_ci95: [isInterval, "[low, high] in 0..1"],
  prototype_auc: [isFraction, "a number in 0..1"],
  sensitivity: [isFraction, "a number in 0..1"],
  specificity: [isFraction, "a number in 0..1"],
};
/** @type {Table} */
const POINT = {
  films: [isCount, "an integer above 0"],
  auc: [isFraction, "a number in 0..1"],
  low: [isFraction, "a number in 0..1"],
  high: [isFraction, "a number in 0..1"],
  prototype_auc: [isFraction, "a number in 0..1"],
};

/** @param {string} path @param {string} expected @returns {never} */
function refuse(path, expected) {
  throw new EvaxError("HEAD_INVALID", `${path} must be ${expected}`);
}

/** @param {any} value @param {string} path @param {Table} table */
const check = (value, path, table) => checkMembers(value, path, table, refuse);

/** What a newer version means by the rest this reader cannot know, so it comes first.
 * @param {any} file */
function checkVersion(file) {
  if (!isObject(file) || file.format !== FORMAT) refuse("format", JSON.stringify(FORMAT));
  if (Number.isInteger(file.version) && file.version > VERSION) {
    throw new EvaxError("HEAD_VERSION", `version ${file.version}, this reader knows ${VERSION}`);
  }
  if (file.version !== VERSION) refuse("version", String(VERSION));
}

/** @param {any} file */
function checkAll(file) {
  checkVersion(file);
  check(file, "", MEMBERS);
  check(file.model, "model", MODEL);
  check(file.films, "films", FILMS);
  if (file.evaluation) check(file.evaluation, "evaluation", EVALUATION);
  file.curve.forEach((/** @type {any} */ point, /** @type {number} */ i) =>
    check(point, `curve[${i}]`, POINT));
  if (file.weights.length !== file.model.embedding_size) {
    refuse("weights", `as many as model.embedding_size = ${file.model.embedding_size}`);
  }
}

/** The members of the file, in the order of model/HEAD.md, without the digest. @param {Head} head */
function membersOf(head) {
  const { name, model, weights, bias, threshold, penalty, films, evaluation: e, curve } = head;
  return {
    format: FORMAT,
    version: VERSION,
    name,
    model: { name: model.name, features: model.embeddingSpace, embedding_size: model.embeddingSize },
    weights: [...weights],
    bias, threshold, penalty,
    films: { positive: films.positive, negative: films.negative },
    evaluation: e && {
      folds: e.folds, repeats: e.repeats, auc: e.auc, auc_ci95: [...e.aucCi95],
      prototype_auc: e.prototypeAuc, sensitivity: e.sensitivity, specificity: e.specificity,
    },
    curve: curve.map(({ films: count, auc, low, high, prototypeAuc }) =>
      ({ films: count, auc, low, high, prototype_auc: prototypeAuc })),
    notice: head.notice,
  };
}

/** @param {Head} head */
const digestOf = (head) => sha256(new TextEncoder().encode(JSON.stringify(membersOf(head))));

/** @param {any} file that has been checked @returns {Head} */
function headOf(file) {
  const { name, model, weights, bias, threshold, penalty, films, evaluation: e, curve } = file;
  return {
    name,
    model: { name: model.name, embeddingSpace: model.features, embeddingSize: model.embedding_size },
    weights, bias, threshold, penalty,
    films: { positive: films.positive, negative: films.negative },
    evaluation: e && {
      folds: e.folds, repeats: e.repeats, auc: e.auc, aucCi95: e.auc_ci95,
      prototypeAuc: e.prototype_auc, sensitivity: e.sensitivity, specificity: e.specificity,
    },
    curve: curve.map((/** @type {any} */ p) =>
      ({ films: p.films, auc: p.auc, low: p.low, high: p.high, prototypeAuc: p.prototype_auc })),
    notice: file.notice,
  };
}

/** The text of a head's file. @param {Head} head @returns {Promise<string>} */
export async function headText(head) {
  return `${JSON.stringify({ ...membersOf(head), digest: await digestOf(head) })}\n`;
}

/** @param {string} text */
function parse(text) {
  if (text.length > MAX_HEAD_BYTES) refuse("the file", `at most ${MAX_HEAD_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw new EvaxError("HEAD_INVALID", `not JSON: ${message}`, { cause });
  }
}

/**
 * Reads and checks a head's file. Throws HEAD_INVALID, also if a member is not what the head was
 * made with, or HEAD_VERSION.
 * @param {string} text of the file
 * @returns {Promise<Head>}
 */
export async function readHead(text) {
  const file = parse(text);
  checkAll(file);
  const head = headOf(file);
  if (await digestOf(head) !== file.digest) {
    throw new EvaxError("HEAD_INVALID", "digest: a member was changed after the head was made");
  }
  return head;
}
