/* state-dict.js - the dictionary of tensors within what a checkpoint holds: trainers put it under a name
 * of their own, beside the optimizer and the moving average, and its names under a prefix.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { Global, Stranger, Tuple } from "./pickle-values.js";
import { listing } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./tensor.js").Tensors} Tensors */

/** Where the weights are, and where their moving average is: the first that has tensors. */
const WEIGHTS = ["model", "module", "state_dict"];
const AVERAGES = ["model_ema", "ema", "state_dict_ema", "ema_state_dict", "teacher"];
const MAX_VISITS = 64; // dictionaries
const MAX_NAME = 200; // characters
/** What wrappers of modules put before every name. */
const PREFIXES = ["module.", "_orig_mod.", "model.", "backbone.", "encoder.", "visual.", "trunk."];

/** @param {unknown} value @returns {value is Tensor} */
const isTensor = (value) => typeof (/** @type {any} */ (value)?.read) === "function";

/** @param {Map<unknown, unknown>} map */
function hasTensors(map) {
  for (const value of map.values()) if (isTensor(value)) return true;
  return false;
}

/** The names that lead to a dictionary with tensors below this one; null where there is none.
 * @param {unknown} tree @param {string[]} names to try first
 * @param {Set<unknown>} [seen] a pickle can hold a dictionary within itself
 * @returns {string[] | null} */
function pathBelow(tree, names, seen = new Set()) {
  if (!(tree instanceof Map)) return null;
  seen.add(tree);
  for (const name of names) {
    const next = tree.get(name);
    if (!(next instanceof Map) || seen.has(next) || seen.size > MAX_VISITS) continue;
    const below = pathBelow(next, [...WEIGHTS, ...AVERAGES], seen) ?? (hasTensors(next) ? [] : null);
    if (below) return [name, ...below];
  }
  return null;
}

/** @param {unknown} tree */
function kindOf(tree) {
  if (tree instanceof Stranger || tree instanceof Global) return `an object of Python, "${tree.name}"`;
  if (tree instanceof Tuple || Array.isArray(tree)) return "a list";
  return isTensor(tree) ? "one tensor" : "a single value";
}

/** @param {Map<unknown, unknown>} tree @returns {string} */
function emptyBecause(tree) {
  if (tree.has("param_groups") && tree.has("state")) return "it holds the state of an optimizer";
  return `it holds no tensors, only ${listing([...tree.keys()].map(String)) || "an empty dictionary"}`;
}

/** @param {Map<unknown, unknown>} state @returns {Tensors} */
function onlyTensors(state) {
  const others = [...state].filter(([name, value]) => typeof name !== "string" || !isTensor(value));
  if (others.length) {
    const names = others.map(([name]) => String(name).slice(0, MAX_NAME));
    throw new EvaxError("CHECKPOINT_TENSORS",
      `not a dictionary of tensors: ${listing(names)} is something else`);
  }
  const tensors = /** @type {Tensors} */ (state);
  const long = [...tensors.keys()].find((name) => name.length > MAX_NAME);
  if (long) throw new EvaxError("CHECKPOINT_TENSORS", `a tensor's name has ${long.length} characters`);
  return tensors;
}

/** @param {Tensors} tensors @returns {{ tensors: Tensors, prefix: string }} */
function withoutPrefix(tensors) {
  const names = [...tensors.keys()];
  const shared = (/** @type {string} */ prefix) => PREFIXES.map((word) => prefix + word).find((longer) =>
    names.every((name) => name.startsWith(longer) && name.length > longer.length));
  let prefix = "";
  for (let longer = shared(prefix); longer; longer = shared(prefix)) prefix = longer;
  return { tensors: new Map([...tensors].map(([name, t]) => [name.slice(prefix.length), t])), prefix };
}

/** @param {unknown} tree @param {string[]} taken @param {boolean} ema */
function notesOn(tree, taken, ema) {
  const average = AVERAGES.some((name) => taken.includes(name));
  const kind = average && !ema ? ", a moving average" : "";
  const notes = taken.length ? [`the weights are those under '${taken.join(".")}'${kind}`] : [];
  const other = !average && pathBelow(tree, AVERAGES);
  if (other) notes.push(`a moving average of them is under '${other.join(".")}' (--ema takes that)`);
  return notes;
}

/** @typedef {object} StateDict
 * @property {Tensors} tensors without prefix
 * @property {string[]} path the names that led to it
 * @property {string} prefix that was removed from every name
 * @property {string[]} notes for people
 */

/**
 * Finds the weights. Throws CHECKPOINT_UNSUPPORTED or CHECKPOINT_TENSORS where there are none.
 * @param {unknown} tree what the file holds
 * @param {boolean} ema take the moving average
 * @returns {StateDict}
 */
export function stateDict(tree, ema) {
  if (!(tree instanceof Map)) {
    throw new EvaxError("CHECKPOINT_UNSUPPORTED", `it holds ${kindOf(tree)}, not a dictionary of tensors`);
  }
  const path = pathBelow(tree, ema ? AVERAGES : [...WEIGHTS, ...AVERAGES]) ?? [];
  if (ema && path.length === 0) {
    throw new EvaxError("CHECKPOINT_TENSORS", `it has no moving average under ${AVERAGES.join(", ")}`);
  }
  const state = path.reduce((map, name) => map.get(name), /** @type {Map<any, any>} */ (tree));
  if (!hasTensors(state)) throw new EvaxError("CHECKPOINT_TENSORS", emptyBecause(state));
  return { ...withoutPrefix(onlyTensors(state)), path, notes: notesOn(tree, path, ema) };
}
