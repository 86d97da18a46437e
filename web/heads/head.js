/* head.js - few-shot heads (linear probes): a custom finding as a linear classifier on the model's embeddings, trained
 * on a handful of films.
 *
 *     fit     films that show it, films that do not ── checks ── logistic.js ── cross-validation.js
 *     apply   head, embedding ── finding
 *
 * Works on embeddings only: no film is read here, and nothing is sent anywhere.
 * SPDX-License-Identifier: MIT */
import { crossValidate, learningCurve } from "./cross-validation.js";
import { EvaxError } from "../base/errors.js";
import { refuseUnknown } from "../base/options.js";
import { headText, readHead } from "./head-file.js";
import { fitLogistic, logitOf } from "./logistic.js";
import { isAbove } from "../base/threshold.js";
import { MAX_LABEL, isLabel, sameLabel } from "../base/visible.js";

/** @typedef {import("../engine/analysis.js").Finding} Finding */
/** @typedef {import("./head-file.js").Head} Head */
/** The description of the model that heads belong to.
 * @typedef {Pick<import("../engine/engine.js").Info, "model" | "embeddingSpace" | "embeddingSize" | "labels"
 *   | "notice">} Model */
/** A film: an analysis, or any object with an embedding.
 * @typedef {object} Example
 * @property {ArrayLike<number>} embedding
 * @property {string} [embeddingSpace] of the model that made it; checked if it is there
 * @property {string} [name] for messages
 */
/** @typedef {object} FitOptions
 * @property {string} name of the finding
 * @property {readonly Example[]} positive films that show it
 * @property {readonly Example[]} negative films that do not
 * @property {boolean} [evaluate=true] false leaves cross-validation and learning curve out
 * @property {AbortSignal} [signal] ends the call between two trainings; it rejects with the signal's reason
 */

/** Below this number of films of either class no figure supports a claim. */
const ENOUGH_FILMS = 20;
const MAX_FILMS = 10_000;
const NAMED = 5;
/* Nine significant digits represent a float32 exactly, and keep the file small. */
const DIGITS = 9;

/** @param {number} value */
const rounded = (value) => Number(value.toPrecision(DIGITS));

/** @param {Example} example @param {number} i */
const nameOf = (example, i) => example?.name ?? `film ${i + 1}`;

/** The model's own finding that a name would be taken for. @param {string} name
 * @param {readonly string[]} labels */
const modelsOwn = (name, labels) => labels.find((label) => sameLabel(label) === sameLabel(name));

/** @param {string} name @param {Model} model */
function checkName(name, { labels }) {
  if (!isLabel(name)) {
    throw new EvaxError("OPTION_INVALID", `name must be one visible line of at most ${MAX_LABEL} characters`);
  }
  const own = modelsOwn(name, labels);
  if (own) throw new EvaxError("OPTION_INVALID", `the model has a finding named ${own} already`);
}

/** The embedding of an example, checked. @param {Example} example @param {number} i
 * @param {Model} model @returns {Float32Array} */
function embeddingOf(example, i, { embeddingSpace, embeddingSize }) {
  const { embedding, embeddingSpace: theirs = embeddingSpace } = example ?? {};
  if (theirs !== embeddingSpace) {
    throw new EvaxError("EMBEDDING_MODEL", `${nameOf(example, i)} was read by another model`);
  }
  if (embedding?.length !== embeddingSize) {
    throw new EvaxError("EMBEDDING_MODEL",
      `${nameOf(example, i)} has ${embedding?.length ?? "no"} values, not ${embeddingSize}`);
  }
  const values = Float32Array.from(embedding);
  if (!values.every(Number.isFinite)) {
    throw new EvaxError("INPUT_VALUE", `the embedding of ${nameOf(example, i)}`);
  }
  return values;
}

/** The films of a class without duplicates: equal bytes of the embedding mean the same picture.
 * @param {readonly Example[]} examples @param {Model} model */
function uniqueFilms(examples, model) {
  /** @type {Map<string, { values: Float32Array, name: string }>} */
  const films = new Map();
  examples.forEach((example, i) => {
    const values = embeddingOf(example, i, model);
    const key = String.fromCharCode(...new Uint16Array(values.buffer));
    if (!films.has(key)) films.set(key, { values, name: nameOf(example, i) });
  });
  return films;
}

/** @param {string[]} names */
const listed = (names) => names.slice(0, NAMED).join(", ")
  + (names.length > NAMED ? ` and ${names.length - NAMED} more` : "");

/**
 * The training films. Throws HEAD_FILMS, EMBEDDING_MODEL or INPUT_VALUE.
 * @param {Pick<FitOptions, "positive" | "negative">} options
 * @param {Model} model
 * @returns {import("./cross-validation.js").Sample}
 */
function sampleOf({ positive, negative }, model) {
  const [yes, no] = [positive, negative].map((examples) => uniqueFilms(examples ?? [], model));
  if (yes.size === 0) throw new EvaxError("HEAD_FILMS", "there is none that shows the finding");
  if (no.size === 0) throw new EvaxError("HEAD_FILMS", "there is none that does not show it");
  if (yes.size + no.size > MAX_FILMS) {
    throw new EvaxError("HEAD_FILMS", `${yes.size + no.size} films; at most ${MAX_FILMS}`);
  }
  const both = [...yes].filter(([key]) => no.has(key)).map(([, { name }]) => name);
  if (both.length) throw new EvaxError("HEAD_FILMS", `in both classes: ${listed(both)}`);
  const films = [...yes.values(), ...no.values()].map(({ values }) => values);
  return { films, shows: films.map((_, i) => i < yes.size) };
}

/** The figures of a head rounded to what its file keeps. @template T @param {T} figures
 * @returns {T} */
const kept = (figures) => JSON.parse(JSON.stringify(figures, (_, value) =>
  (typeof value === "number" ? rounded(value) : value)));

/**
 * Trains a head. The same films in the same order give the same head.
 * @param {FitOptions} options
 * @param {Model} model
 * @returns {Promise<Head>}
 */
async function fitHead(options, model) {
  const { name, evaluate = true, signal } = options;
  checkName(name, model);
  const sample = sampleOf(options, model);
  const { weights, bias, penalty } = fitLogistic(sample.films, sample.shows);
  const positive = sample.shows.filter(Boolean).length;
  return {
    name,
    model: {
      name: model.model, embeddingSpace: model.embeddingSpace, embeddingSize: model.embeddingSize,
    },
    weights: Array.from(weights, rounded),
    bias: rounded(bias),
    threshold: 0.5,
    penalty,
    films: { positive, negative: sample.shows.length - positive },
    evaluation: evaluate ? kept(await crossValidate(sample, signal)) : null,
    curve: evaluate ? kept(await learningCurve(sample, signal)) : [],
    notice: model.notice,
  };
}

/** Throws HEAD_MODEL if the head belongs to another model. @param {Head} head @param {Model} model */
function checkHeadModel(head, { model, embeddingSpace }) {
  if (head.model.embeddingSpace === embeddingSpace) return;
  throw new EvaxError("HEAD_MODEL", `${head.name} was trained on embeddings of ${head.model.name} `
    + `(${head.model.embeddingSpace.slice(0, 12)}), this is ${model} (${embeddingSpace.slice(0, 12)})`);
}

/**
 * The reasons why the figures of a head may not support a claim, one line each. The last line always
 * applies, because cross-validation cannot detect it. The rule: a claim needs 20 films of each class
 * and an interval above 0.5.
 * @param {Pick<Head, "films" | "evaluation">} head
 * @returns {string[]}
 */
export function warningsOf({ films: { positive, negative }, evaluation }) {
  const lines = [];
  if (!evaluation) lines.push("It has not been tested, so its accuracy is not known.");
  if (Math.min(positive, negative) < ENOUGH_FILMS) {
    lines.push(`${positive} and ${negative} films are too few to support any claim: at least `
      + `${ENOUGH_FILMS} that show it and ${ENOUGH_FILMS} that do not are needed.`);
  }
  if (evaluation && evaluation.aucCi95[0] <= 0.5) {
    lines.push("Its AUC cannot be told from chance (0.5).");
  }
  lines.push("If both classes hold films of one patient, or if the classes come from different "
    + "places, machines or ages, the figures are too optimistic.");
  return lines;
}

/** @param {Head} head @returns {"weak" | "none"} never more: only its author has tested it */
const evidenceOf = (head) => (warningsOf(head).length > 1 ? "none" : "weak");

/**
 * The head's finding for an embedding of its model. Throws HEAD_INVALID if its score is no number.
 * @param {Head} head
 * @param {ArrayLike<number>} embedding as many values as the head has weights
 * @returns {Finding}
 */
function headFinding(head, embedding) {
  const { name: label, threshold, films, evaluation: e } = head;
  const logit = logitOf({ weights: Float64Array.from(head.weights), bias: head.bias }, embedding);
  if (!Number.isFinite(logit)) {
    throw new EvaxError("HEAD_INVALID", "its weights give a score that is not a finite number");
  }
  const score = 1 / (1 + Math.exp(-logit));
  return {
    label, logit, score, threshold, above: isAbove(score, threshold),
    sensitivity: e?.sensitivity ?? null, specificity: e?.specificity ?? null,
    auc: e?.auc ?? null, aucCi95: e?.aucCi95 ?? null,
    n: films.positive + films.negative, positives: films.positive,
    dataset: e ? `the films it was trained on, ${e.folds}-fold cross-validation` : null,
    evidence: evidenceOf(head),
    note: warningsOf(head).join(" "),
  };
}

/** The heads of one model: `engine.head`. It needs only the model's description, so it works while films
 * are read, and after dispose(). */
export class Heads {
  #model;
  /* Heads that fit() or read() returned need no second check. @type {WeakSet<Head>} */
  #sound = new WeakSet();

  /** Private: an engine brings its own. @param {Model} model */
  constructor(model) {
    this.#model = model;
  }

  /** Trains a head on films. Rejects with HEAD_FILMS, EMBEDDING_MODEL, INPUT_VALUE or
   * OPTION_INVALID. @param {FitOptions} options @returns {Promise<Head>} */
  async fit(options) {
    refuseUnknown(options, ["name", "positive", "negative", "evaluate", "signal"], "fit");
    const head = await fitHead(options, this.#model);
    this.#sound.add(Object.freeze(head));
    return head;
  }

  /** Reads a head's file. Rejects with HEAD_INVALID, HEAD_VERSION or HEAD_MODEL.
   * @param {string} text @returns {Promise<Head>} */
  async read(text) {
    const head = await readHead(text);
    checkHeadModel(head, this.#model);
    const own = modelsOwn(head.name, this.#model.labels);
    if (own) throw new EvaxError("HEAD_INVALID", `its name is that of the model's own finding ${own}`);
    this.#sound.add(Object.freeze(head));
    return head;
  }

  /** The text of a head's file, a few kB, tied to this model. @param {Head} head @returns {Promise<string>} */
  write(head) {
    return headText(head);
  }

  /** The head's finding for a film. Rejects with HEAD_INVALID, EMBEDDING_MODEL or INPUT_VALUE. @param {Head} head that fit() or read() gave
   * @param {Example} analysis @returns {Promise<Finding>} */
  async apply(head, analysis) {
    if (!this.#sound.has(head)) {
      throw new EvaxError("HEAD_INVALID", "it does not come from this engine's fit() or read()");
    }
    return headFinding(head, embeddingOf(analysis, 0, this.#model));
  }
}
