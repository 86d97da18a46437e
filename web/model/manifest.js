/* manifest.js - reads manifest.json, checked member by member as model/FORMAT.md section 4 says.
 *
 * A manifest is untrusted input: every member is checked before it is used, and the error names the
 * member. Its texts are shown in terminals and pages, so control characters are refused here.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import * as L from "../base/limits.js";
import { isFraction, isHash, isInterval, isObject } from "../base/members.js";
import { OOD_CODES, unpacked } from "./ood-detector.js";
import { sha256 } from "../base/sha256.js";
import { MAX_LABEL, isLabel } from "../base/visible.js";

/** The newest format version that this reader knows. */
const VERSION = 1;
/** A longer manifest.json is refused unread. */
export const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_CHUNK_BYTES = 4 << 20;
/* Weights of more than 2 GiB cannot be packed into the 4 GiB of a 32-bit WebAssembly memory. */
const MAX_STREAM_BYTES = 2 ** 31;

/** @typedef {object} Architecture
 * @property {"Ti" | "S" | "B" | "custom"} size
 * @property {number} embed_dim
 * @property {number} depth
 * @property {number} heads
 * @property {number} mlp_hidden
 * @property {number} patch_size
 * @property {number} grid
 * @property {number} classes
 * @property {"mean" | "cls"} pooling
 * @property {boolean} inner_norm
 * @property {number | null} rope_pitch
 */
/** How a film becomes the input: the manifest's member `recipe`. @typedef {object} Preprocessing
 * @property {number} resize
 * @property {number} crop
 * @property {string} interpolation
 * @property {number} mean
 * @property {number} std
 */
/** What was measured of one finding; every member is optional.
 * @typedef {object} FindingFacts
 * @property {number} [threshold]
 * @property {number} [sensitivity]
 * @property {number} [specificity]
 * @property {number} [auc]
 * @property {[number, number]} [auc_ci95]
 * @property {number} [n]
 * @property {number} [positives]
 * @property {string} [dataset]
 * @property {"validated" | "weak" | "none"} [evidence]
 * @property {string} [note]
 */
/** What the synthetic film of web/engine/self-test.js gives; without labels, the start of the embedding.
 * @typedef {{ logits: number[], embedding?: number[], tolerance: number }} SelfTest */
/** The parameters of the out-of-distribution detector, whose member of the manifest is named `guard`
 * (FORMAT.md, section 6); lists of numbers are base64 of float32.
 * @typedef {object} OodMember
 * @property {{ mean: string, axes: string, weights: string, rest: number, limit: number }} distance
 * @property {{ code: string, weights: string, offset: number, limit: number }[]} probes
 */
/** @typedef {{ file: string, bytes: number, sha256: string }} ChunkEntry */
/** @typedef {object} Manifest
 * @property {"evax-web"} format
 * @property {number} version
 * @property {string} name
 * @property {Architecture} architecture
 * @property {number} parameters
 * @property {"f32" | "f16" | "q8"} dtype
 * @property {Preprocessing} recipe
 * @property {"sigmoid" | "softmax" | "none"} scoring
 * @property {string[]} labels
 * @property {Record<string, FindingFacts>} [findings]
 * @property {SelfTest} [self_test]
 * @property {OodMember} [guard]
 * @property {number} stream_bytes
 * @property {ChunkEntry[]} chunks
 * @property {{ checkpoint: string, sha256: string, layout: string }} source
 * @property {string} licence
 * @property {string} attribution
 * @property {string} notice
 * @property {string} converter
 * @property {string} checksum SHA-256 of the file with zeros in the place of these digits
 */

/** A check takes a value and its path, and throws an EvaxError that names the path.
 * @typedef {(value: any, path: string) => void} Check */

/** @param {string} path @param {string} expected @returns {never} */
function refuse(path, expected) {
  throw new EvaxError("MANIFEST_INVALID", `${path} must be ${expected}`);
}

/** @param {(value: any) => boolean} test @param {string} expected @returns {Check} */
const check = (test, expected) => (value, path) => {
  if (!test(value)) refuse(path, expected);
};

/** @param {...(string | number)} allowed */
const oneOf = (...allowed) =>
  check((v) => allowed.includes(v), allowed.map((a) => JSON.stringify(a)).join(" or "));

/** @param {number} low @param {number} high */
const integer = (low, high) =>
  check((v) => Number.isInteger(v) && v >= low && v <= high, `an integer in ${low}..${high}`);

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
/** Text without control characters. @param {any} v */
export const isText = (v) => typeof v === "string" && !CONTROL.test(v);

const text = check(isText, "a string without control characters");
const line = check((v) => isText(v) && v.trim() !== "" && !v.includes("\n"), "one line of text");
const label = check(isLabel, `one visible line of at most ${MAX_LABEL} characters`);
const finite = check(Number.isFinite, "a number");
const positive = check((v) => Number.isFinite(v) && v > 0, "a number above 0");
const fraction = check(isFraction, "a number in 0..1");
const flag = check((v) => typeof v === "boolean", "true or false");
const hash = check(isHash, "64 hex digits");
const fileName = check(
  (v) => typeof v === "string" && /^[A-Za-z0-9._-]{1,255}$/.test(v) && !/^\.+$/.test(v),
  "a file name of letters, digits, dot, dash and underscore",
);
const interval = check(isInterval, "[low, high] in 0..1");
const object = check(isObject, "an object");
const array = check(Array.isArray, "an array");

const ARCHITECTURE = {
  size: oneOf("Ti", "S", "B", "custom"),
  embed_dim: integer(L.MIN_EMBED_DIM, L.MAX_EMBED_DIM),
  depth: integer(1, L.MAX_DEPTH),
  heads: integer(1, L.MAX_HEADS),
  mlp_hidden: integer(L.MIN_MLP_HIDDEN, L.MAX_MLP_HIDDEN),
  patch_size: oneOf(L.PATCH_SIZE),
  grid: integer(1, L.MAX_GRID),
  classes: integer(0, L.MAX_CLASSES),
  pooling: oneOf("mean", "cls"),
  inner_norm: flag,
  rope_pitch: check((v) => v === null || (Number.isFinite(v) && v > 0), "a number above 0 or null"),
};

const PREPROCESSING = {
  resize: integer(1, L.MAX_SIDE),
  crop: integer(1, L.MAX_SIDE),
  interpolation: oneOf("pillow-bicubic"),
  mean: finite,
  std: positive,
};

const FACTS = {
  threshold: fraction,
  sensitivity: fraction,
  specificity: fraction,
  auc: fraction,
  auc_ci95: interval,
  n: integer(0, Number.MAX_SAFE_INTEGER),
  positives: integer(0, Number.MAX_SAFE_INTEGER),
  dataset: line,
  evidence: oneOf("validated", "weak", "none"),
  note: line,
};
/** What can be known of a finding. */
export const FINDING_FACTS = Object.keys(FACTS);

const CHUNK = { file: fileName, bytes: integer(1, MAX_CHUNK_BYTES), sha256: hash };
const SOURCE = { checkpoint: line, sha256: hash, layout: line };

const MEMBERS = {
  name: line,
  parameters: integer(1, Number.MAX_SAFE_INTEGER),
  dtype: oneOf("f32", "f16", "q8"),
  scoring: oneOf("sigmoid", "softmax", "none"),
  stream_bytes: integer(1, MAX_STREAM_BYTES),
  labels: array,
  chunks: array,
  licence: text,
  attribution: text,
  notice: check((v) => isText(v) && v.trim() !== "", "a text"),
  converter: text,
  checksum: hash,
};

/** Checks the members of an object by a table. @param {any} value @param {string} path
 * @param {Record<string, Check>} table @param {{ optional?: boolean }} [options] */
function members(value, path, table, { optional = false } = {}) {
  object(value, path || "manifest.json");
  for (const [name, test] of Object.entries(table)) {
    if (optional && !Object.hasOwn(value, name)) continue;
    test(value[name], path ? `${path}.${name}` : name);
  }
}

/** @param {any[]} values @param {string} path @param {(value: any) => any} key */
function noneTwice(values, path, key) {
  const seen = new Set();
  values.forEach((value, i) => {
    if (seen.has(key(value))) refuse(`${path}[${i}]`, `unlike the others, not ${key(value)} again`);
    seen.add(key(value));
  });
}

/** @param {Manifest} m */
function checkArchitecture({ architecture: a, recipe }) {
  if (a.embed_dim % 8 || a.mlp_hidden % 8) {
    refuse("architecture", "of widths that are multiples of 8");
  }
  if (a.embed_dim % a.heads || (a.embed_dim / a.heads) % 8) {
    refuse("architecture.heads", "such that the head dim is a multiple of 8");
  }
  if (recipe.crop !== 16 * a.grid) refuse("recipe.crop", `16 * grid = ${16 * a.grid}`);
  if (recipe.resize < recipe.crop) refuse("recipe.resize", "at least recipe.crop");
}

/** @param {Manifest} m */
function checkLabels({ architecture: { classes }, labels, scoring }) {
  labels.forEach((one, i) => label(one, `labels[${i}]`));
  noneTwice(labels, "labels", (one) => one);
  if (labels.length !== classes) {
    refuse("labels", `as many as architecture.classes = ${classes}, not ${labels.length}`);
  }
  if ((scoring === "none") !== (classes === 0)) {
    refuse("scoring", "\"none\" without classes, \"sigmoid\" or \"softmax\" with them");
  }
}

/** @param {Manifest} m */
function checkFindings({ findings = {}, labels }) {
  object(findings, "findings");
  for (const [label, facts] of Object.entries(findings)) {
    if (!labels.includes(label)) {
      refuse("findings", `about labels of the model, not ${JSON.stringify(label)}`);
    }
    const path = `findings[${JSON.stringify(label)}]`;
    members(facts, path, FACTS, { optional: true });
    const { n = Infinity, positives = 0 } = facts;
    if (positives > n) refuse(`${path}.positives`, `at most n = ${n}`);
  }
}

/** @param {Manifest} m */
function checkSelfTest({ self_test: test, architecture: { classes } }) {
  if (test === undefined) return;
  members(test, "self_test", { logits: array, tolerance: positive });
  members(test, "self_test", { embedding: array }, { optional: true });
  const { logits, embedding = [] } = test;
  logits.forEach((logit, i) => finite(logit, `self_test.logits[${i}]`));
  embedding.forEach((value, i) => finite(value, `self_test.embedding[${i}]`));
  if (logits.length !== classes) refuse("self_test.logits", `${classes} numbers, one a label`);
}

/** Base64 of `count` finite float32 numbers. @param {number} count */
const packed = (count) => check((v) => {
  if (typeof v !== "string" || v.length !== 4 * Math.ceil(4 * count / 3) || !/^[A-Za-z0-9+/]*={0,2}$/.test(v)) return false;
  const numbers = unpacked(v);
  return numbers.length === count && numbers.every(Number.isFinite);
}, `base64 of ${count} float32 numbers`);

/** @param {Manifest} m */
function checkOodDetector({ guard, architecture: { embed_dim: width } }) {
  if (guard === undefined) return;
  members(guard, "guard", { distance: object, probes: array });
  const { distance, probes } = guard;
  members(distance, "guard.distance", {
    mean: packed(width), weights: text, rest: positive, limit: positive,
  });
  const axes = Math.floor(distance.weights.length * 3 / 16);
  if (axes > width) refuse("guard.distance.weights", `at most ${width} numbers`);
  members(distance, "guard.distance", { weights: packed(axes), axes: packed(axes * width) });
  probes.forEach((probe, i) => members(probe, `guard.probes[${i}]`, {
    code: oneOf(...OOD_CODES), weights: packed(width), offset: finite, limit: finite,
  }));
  noneTwice(probes, "guard.probes", (probe) => probe.code);
}

/** @param {Manifest} m */
function checkChunks({ chunks, stream_bytes: streamBytes }) {
  chunks.forEach((chunk, i) => members(chunk, `chunks[${i}]`, CHUNK));
  noneTwice(chunks, "chunks", (chunk) => chunk.file);
  const sum = chunks.reduce((bytes, chunk) => bytes + chunk.bytes, 0);
  if (sum !== streamBytes) refuse("stream_bytes", `the sum of the chunks, ${sum}`);
}

/** Checked first, because a newer version may give other members another meaning.
 * @param {any} m */
function checkVersion(m) {
  object(m, "manifest.json");
  oneOf("evax-web")(m.format, "format");
  if (Number.isInteger(m.version) && m.version > VERSION) {
    throw new EvaxError("MANIFEST_VERSION", `version ${m.version}, this reader knows ${VERSION}`);
  }
  oneOf(VERSION)(m.version, "version");
}

/** @param {Uint8Array} bytes @returns {any} */
function parse(bytes) {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    refuse("manifest.json", `at most ${MAX_MANIFEST_BYTES} bytes`);
  }
  if (bytes[0] === 0x3c) refuse("manifest.json", "JSON; this begins like an HTML page");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw new EvaxError("MANIFEST_INVALID", `not JSON: ${message}`, { cause });
  }
}

/**
 * Reads and checks manifest.json. Throws MANIFEST_INVALID or MANIFEST_VERSION.
 * @param {Uint8Array} bytes of the file
 * @returns {Manifest}
 */
export function readManifest(bytes) {
  const m = parse(bytes);
  checkVersion(m);
  members(m, "", MEMBERS);
  members(m.architecture, "architecture", ARCHITECTURE);
  members(m.recipe, "recipe", PREPROCESSING);
  members(m.source, "source", SOURCE);
  checkArchitecture(m);
  checkLabels(m);
  checkFindings(m);
  checkSelfTest(m);
  checkOodDetector(m);
  checkChunks(m);
  return m;
}

/**
 * Verifies the manifest's own checksum; throws MANIFEST_HASH. Chunks are verified by their hashes; this
 * detects a changed threshold or label.
 * @param {Uint8Array} bytes of the file
 * @param {Manifest} manifest read from it
 */
export async function verifyChecksum(bytes, { checksum }) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const blank = text.replace(checksum, "0".repeat(64));
  const found = await sha256(new TextEncoder().encode(blank));
  if (found !== checksum) throw new EvaxError("MANIFEST_HASH", `it is ${found}, not ${checksum}`);
}
