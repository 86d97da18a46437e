/* attention-map.js - attention maps outside the engine: what is kept to run the pass of a result again, and how a
 * map is scaled, resampled and placed on the film.
 *
 *     result ── ReplayStore ── ReplayInfo ── its pass, still in memory or run again ── raw [g*g] ── mapOf
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { refuseUnknown } from "../base/options.js";

/** How a map is made.
 * "grad-cam": channels of the last block weighed by the gradient of the logit: where a change
 *   of the film would change the score.
 * "contribution": what each patch's last token adds to the logit: where the logit comes from.
 * @typedef {"grad-cam" | "contribution"} Method */
/** @typedef {object} ExplainOptions
 * @property {Method} [method="grad-cam"] how it is made
 * @property {number} [width] of a resampled map; with height, 1 to 4096
 * @property {number} [height] of a resampled map; with width, 1 to 4096
 * @property {AbortSignal} [signal] ends the call; it rejects with the signal's reason
 */
/** How much each part of what the model saw moved the logit of a label. It shows what moved the
 * score, not where disease is.
 * @typedef {object} AttentionMap
 * @property {string} label
 * @property {Method} method
 * @property {number} width of the map: patches, or what was asked for
 * @property {number} height
 * @property {Float32Array} raw [height][width]; grad-cam: 0 and up; contribution: either sign, and
 *   their sum over the patches is the logit but for a constant of the model
 * @property {Float32Array} normalized [height][width] 0..1; grad-cam: from its least to its largest
 *   value; contribution: from 0 to the largest, what is negative becomes 0
 * @property {Area | null} area what of the film the map covers; null for infer()
 */
/** Pixels of the film, of which the model saw a square in the middle.
 * @typedef {{ x: number, y: number, width: number, height: number }} Area */
/** What is needed to run the pass of a result again.
 * @typedef {object} ReplayInfo
 * @property {number} pass drawn at random: no two passes of any engines share one
 * @property {import("./engine.js").Seen | null} seen the input of analyze()
 * @property {Float32Array | null} chw the input of infer(): the caller's own array
 * @property {Float32Array} logits of that pass
 * @property {{ width: number, height: number } | null} film
 */
/** @typedef {import("../model/manifest.js").Preprocessing} Preprocessing */

export const METHODS = /** @type {const} */ (["grad-cam", "contribution"]);
const MAX_SIDE = 4096;

/* Films whose copies are known by what they say. */
const RECENT = 32;

/** The numbers of an embedding, which no other film has, as a text that copies of any kind have, too.
 * @param {ArrayLike<number> | undefined} embedding */
const keyOf = (embedding) => (embedding?.length ? Array.from(embedding).join() : "");

/** The pass of a copy that has what the model saw. @param {any} result @returns {ReplayInfo | undefined} */
function replayFrom({ seen, findings, input }) {
  const data = seen?.data;
  if (!(data instanceof Uint8Array) || !Array.isArray(findings)) return undefined;
  const logits = Float32Array.from(findings, ({ logit }) => logit);
  return { pass: NaN, seen: { size: seen.size, data }, chw: null, logits, film: input ?? null };
}

/**
 * The ReplayInfo of each result. It is freed with the result, but for the last films', which are also known by their
 * embeddings: copies (structuredClone, JSON) are other objects. A proxy or a shallow copy has the same embedding.
 */
export class ReplayStore {
  /** By result, and by its embedding. @type {WeakMap<object, ReplayInfo>} */ #replays = new WeakMap();
  /** @type {Map<string, ReplayInfo>} */ #recent = new Map();

  /** @param {{ embedding?: Float32Array }} result @param {ReplayInfo} replay */
  keep(result, replay) {
    this.#replays.set(result, replay);
    if (result.embedding) this.#replays.set(result.embedding, replay);
    if (!replay.seen) return;
    const key = keyOf(result.embedding);
    this.#recent.delete(key);
    this.#recent.set(key, replay);
    if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value ?? "");
  }

  /** @param {any} result @returns {ReplayInfo | undefined} */
  #find(result) {
    const { embedding } = result;
    return this.#replays.get(result) ?? (embedding && this.#replays.get(embedding))
      ?? this.#recent.get(keyOf(embedding)) ?? replayFrom(result);
  }

  /** Throws RESULT_UNKNOWN. @param {unknown} result @returns {ReplayInfo} */
  of(result) {
    const isObject = typeof result === "object" && result !== null;
    const replay = isObject ? this.#find(result) : undefined;
    if (!replay) throw new EvaxError("RESULT_UNKNOWN", isObject ? "" : `${result} was given`);
    return replay;
  }
}

/** The index of a label. @param {readonly string[]} labels @param {unknown} label */
export function indexOfLabel(labels, label) {
  const at = labels.indexOf(/** @type {string} */ (label));
  if (at >= 0) return at;
  const known = labels.length ? `it has ${labels.join(", ")}` : "it has none";
  throw new EvaxError("LABEL_UNKNOWN", `"${String(label)}"; ${known}`);
}

/** Throws OPTION_INVALID. @param {ExplainOptions} options */
export function checkExplain(options) {
  refuseUnknown(options, ["method", "width", "height", "signal"], "explain");
  const { method = "grad-cam", width, height } = options;
  if (!METHODS.includes(method)) {
    throw new EvaxError("OPTION_INVALID", `method must be one of ${METHODS.join(", ")}`);
  }
  if (width === undefined && height === undefined) return;
  const fits = (/** @type {unknown} */ n) => Number.isInteger(n) && Number(n) >= 1 && Number(n) <= MAX_SIDE;
  if (!fits(width) || !fits(height)) {
    throw new EvaxError("OPTION_INVALID", `width and height must both be in 1..${MAX_SIDE}`);
  }
}

/** The area of a film that the center crop covers. @param {{ width: number, height: number }}
 * film @param {Pick<Preprocessing, "resize" | "crop">} preprocessing @returns {Area} */
export function areaOf({ width, height }, { resize, crop }) {
  const short = Math.min(width, height);
  const along = (/** @type {number} */ side) => {
    const resized = Math.floor((resize * side) / short);
    const half = (resized - crop) / 2;
    const even = 2 * Math.round(half / 2); // halves go to the even side
    const offset = half % 1 ? even : half;
    return { at: (offset * side) / resized, size: (crop * side) / resized };
  };
  const [across, down] = [along(width), along(height)];
  return { x: across.at, y: down.at, width: across.size, height: down.size };
}

/** Along one axis: the two cells nearest to each output and the weight of the second. Samples lie at
 * half-integer positions; beyond the edge, the edge cell is repeated. @param {number} count of cells @param {number} length of the
 * output */
function axis(count, length) {
  return Array.from({ length }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * count) / length - 0.5, 0), count - 1);
    const near = Math.floor(at);
    return { near, far: Math.min(near + 1, count - 1), weight: at - near };
  });
}

/** @param {Float32Array} raw [g][g] @param {number} g @param {number} width @param {number} height
 * @returns {Float32Array} [height][width], bilinear */
function resampled(raw, g, width, height) {
  const across = axis(g, width);
  const out = new Float32Array(width * height);
  axis(g, height).forEach(({ near, far, weight }, y) => across.forEach((x, i) => {
    const row = (/** @type {number} */ r) =>
      raw[r * g + x.near] * (1 - x.weight) + raw[r * g + x.far] * x.weight;
    out[y * width + i] = row(near) * (1 - weight) + row(far) * weight;
  }));
  return out;
}

/** @param {Float32Array} raw @param {Method} method */
function normalized(raw, method) {
  const low = method === "grad-cam" ? raw.reduce((a, b) => Math.min(a, b), Infinity) : 0;
  const range = raw.reduce((a, b) => Math.max(a, b), low) - low + 1e-7; // as the official script
  return raw.map((value) => Math.max(value - low, 0) / range);
}

/**
 * @param {Float32Array} grid raw values of the patches [g][g]
 * @param {{ label: string, area: Area | null }} what
 * @param {ExplainOptions} options that have been checked
 * @returns {AttentionMap}
 */
export function mapOf(grid, { label, area }, { method = "grad-cam", width, height }) {
  const g = Math.sqrt(grid.length);
  const raw = width && height ? resampled(grid, g, width, height) : grid;
  return {
    label, method, width: width ?? g, height: height ?? g, raw, normalized: normalized(raw, method),
    area,
  };
}
