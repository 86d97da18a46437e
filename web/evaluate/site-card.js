/* site-card.js - reads what a validation gives to everyday use: thresholds, their facts and recalibrations, in a small
 * file tied to one model.
 *
 * A card is untrusted input: every member is checked before it is used, the error names it, and a digest shows whether it was
 * edited. A card for another model is refused.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { checkMembers, isFraction, isHash, isInterval, isObject } from "../base/members.js";
import { sha256 } from "../base/sha256.js";
import { MAX_LABEL, isLabel, isVisible } from "../base/visible.js";

/** @typedef {import("../statistics/calibration.js").Calibration} Calibration */
/** What a card says of one finding.
 * @typedef {object} CardFinding
 * @property {number | null} threshold of the score, before recalibration
 * @property {string | null} rule by which it was chosen; "model": it is the model's own
 * @property {"given" | "other split" | "cross-validated" | null} chosen how it came about (operating-points.js)
 * @property {number | null} sensitivity
 * @property {[number, number] | null} sensitivity_ci95
 * @property {number | null} specificity
 * @property {[number, number] | null} specificity_ci95
 * @property {number} auc
 * @property {[number, number] | null} auc_ci95
 * @property {number} n films
 * @property {number} positives of these
 * @property {number} patients
 * @property {"validated" | "weak"} evidence
 * @property {Calibration | null} calibration from scores to shares
 * @property {string} note
 */
/** @typedef {object} SiteCard
 * @property {"evax-site-card"} format
 * @property {1} version
 * @property {{ name: string, sha256: string }} model sha256: of its manifest.json
 * @property {string} name of the films
 * @property {string | null} date
 * @property {Record<string, CardFinding>} findings by label
 * @property {string} digest SHA-256 of the rest
 */

export const FORMAT = "evax-site-card";
export const VERSION = 1;
/** A longer file is refused unread: a hundred findings with isotonic calibrations are shorter. */
export const MAX_CARD_BYTES = 4 << 20;
const MAX_KNOTS = 20_000;
const MAX_TEXT = 4000;

/** @typedef {import("../base/members.js").Test} Test */

/** @type {Test} */
const isCount = (v) => Number.isInteger(v) && v >= 0 && v <= 1e9;
/** @type {Test} */
const isText = (v) => typeof v === "string" && v.length <= MAX_TEXT && isVisible(v);
/** @type {(test: Test) => Test} */
const orNull = (test) => (v) => v === null || test(v);
/** @type {Test} */
const isRising = (v) => Array.isArray(v) && v.length >= 1 && v.length <= MAX_KNOTS && v.every((x, i) => isFraction(x) && (!i || x >= v[i - 1]));
/** @type {Test} */
const isCalibration = (v) => isObject(v) && (v.method === "platt" ? Number.isFinite(v.slope) && Number.isFinite(v.offset)
  : v.method === "isotonic" && isRising(v.scores) && isRising(v.shares) && v.scores.length === v.shares.length);

/** @typedef {import("../base/members.js").Table} Table */
const FRACTION = "a number in 0..1";
const INTERVAL = "[low, high] in 0..1, or null";

/** @type {Table} */
const MEMBERS = {
  model: [isObject, "an object"],
  name: [isText, "a text"],
  date: [orNull((v) => typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v)), "YYYY-MM-DD, or null"],
  findings: [isObject, "an object"],
  digest: [isHash, "64 hex digits"],
};
/** @type {Table} */
const MODEL = { name: [isText, "a text"], sha256: [isHash, "64 hex digits"] };
/** @type {Table} */
const FINDING = {
  threshold: [orNull(isFraction), `${FRACTION}, or null`],
  rule: [orNull(isText), "a text, or null"],
  chosen: [orNull((v) => ["given", "other split", "cross-validated"].includes(v)), "given, other split, cross-validated, or null"],
  sensitivity: [orNull(isFraction), `${FRACTION}, or null`], sensitivity_ci95: [orNull(isInterval), INTERVAL],
  specificity: [orNull(isFraction), `${FRACTION}, or null`], specificity_ci95: [orNull(isInterval), INTERVAL],
  auc: [isFraction, FRACTION], auc_ci95: [orNull(isInterval), INTERVAL],
  n: [isCount, "a count"], positives: [isCount, "a count"], patients: [isCount, "a count"],
  evidence: [(v) => v === "validated" || v === "weak", "validated or weak"],
  calibration: [orNull(isCalibration), "a calibration, or null"],
  note: [isText, "a text"],
};

/** @param {string} path @param {string} expected @returns {never} */
function refuse(path, expected) {
  throw new EvaxError("SITE_CARD_INVALID", `${path} must be ${expected}`);
}

/** @param {any} value @param {string} path @param {Table} table */
const check = (value, path, table) => checkMembers(value, path, table, refuse);

/** @param {any} card */
function checkAll(card) {
  if (!isObject(card) || card.format !== FORMAT) refuse("format", JSON.stringify(FORMAT));
  if (Number.isInteger(card.version) && card.version > VERSION) {
    throw new EvaxError("SITE_CARD_VERSION", `version ${card.version}, this reader knows ${VERSION}`);
  }
  if (card.version !== VERSION) refuse("version", String(VERSION));
  check(card, "", MEMBERS);
  check(card.model, "model", MODEL);
  for (const [label, finding] of Object.entries(card.findings)) {
    if (!isLabel(label)) refuse("findings", `by labels of at most ${MAX_LABEL} characters`);
    check(finding, `findings[${JSON.stringify(label)}]`, FINDING);
  }
}

/** @param {any} card without its digest, in the order of make-site-card.js */
export const digestOf = (card) => sha256(new TextEncoder().encode(JSON.stringify(card)));

/** @param {string} text */
function parsed(text) {
  if (text.length > MAX_CARD_BYTES) refuse("the file", `at most ${MAX_CARD_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EvaxError("SITE_CARD_INVALID", `not JSON: ${/** @type {Error} */ (cause).message}`, { cause });
  }
}

/**
 * Reads and checks a site card. Rejects with SITE_CARD_INVALID, SITE_CARD_VERSION, or SITE_CARD_EDITED if a member was changed after
 * it was made.
 * @param {string | object} given its text, or what was parsed of it
 * @returns {Promise<SiteCard>}
 */
export async function readSiteCard(given) {
  const card = typeof given === "string" ? parsed(given) : given;
  checkAll(card);
  const { digest, ...rest } = card;
  if (await digestOf(rest) !== digest) throw new EvaxError("SITE_CARD_EDITED");
  return card;
}

/** Throws SITE_CARD_MODEL if a card is another model's. @param {SiteCard} card @param {string} modelName @param {string} modelHash */
export function checkCardModel(card, modelName, modelHash) {
  if (card.model.sha256 === modelHash) return;
  throw new EvaxError("SITE_CARD_MODEL", `it was made with ${card.model.name} (${card.model.sha256.slice(0, 12)}), this is ${modelName} (${modelHash.slice(0, 12)})`);
}
