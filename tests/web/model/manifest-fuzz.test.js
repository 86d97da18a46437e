/* Property of the manifest reader: any bytes give a manifest that keeps every promise of FORMAT.md, or
 * an EvaxError of one of two codes whose text a terminal can show; never another error. A fixed number
 * of seeds; more, and new ones, in make fuzz (FUZZ_SECONDS). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EvaxError } from "../../../web/base/errors.js";
import { readManifest } from "../../../web/model/manifest.js";
import { dice, seedsOf } from "../../support/dice.js";
import { tinyModel } from "../../support/tiny.js";

const CASES = 5000;

/** @type {import("../../../web/model/manifest.js").Manifest} */
const VALID = { ...tinyModel().manifest, checksum: "0".repeat(64) };
VALID.findings = { "Finding 0": { threshold: 0.5, auc_ci95: [0.1, 0.2], n: 9, positives: 3 } };

const ODD = [
  null, true, 0, -1, 1, 0.5, 1e308, -0, 2 ** 31, 2 ** 53, "", " ", "..", "a\u0000", "\ud800", "\u202e",
  "x".repeat(300), [], {}, [[]], [null], { __proto__: null, a: 1 }, "__proto__", "constructor",
];

/** Any JSON value. */
function any(roll, depth = 0) {
  const kind = roll(depth < 3 ? 4 : 2);
  if (kind < 2) return structuredClone(ODD[roll(ODD.length)]);
  const items = Array.from({ length: roll(4) }, () => any(roll, depth + 1));
  if (kind === 2) return items;
  return Object.fromEntries(items.map((item) => [`k${roll(9)}`, item]));
}

/** All [object, key] pairs of a tree. */
function places(tree) {
  if (typeof tree !== "object" || tree === null) return [];
  return Object.keys(tree).flatMap((key) => [[tree, key], ...places(tree[key])]);
}

/** A valid manifest after a few changes: members replaced, removed, doubled, exchanged. */
function changed(roll) {
  const manifest = structuredClone(VALID);
  for (let i = roll(4); i >= 0; i--) {
    const all = places(manifest);
    const [[object, key], [other, name]] = [all[roll(all.length)], all[roll(all.length)]];
    const what = roll(5);
    if (what === 0) delete object[key];
    else if (what === 1) object[key] = structuredClone(other[name]);
    else if (what === 2 && Number.isFinite(object[key])) object[key] += [1, -1, 0.5, 8][roll(4)];
    else object[key] = any(roll);
  }
  return manifest;
}

/** Bytes to read: mostly JSON, sometimes JSON that was damaged. */
function anyBytes(roll) {
  const bytes = new TextEncoder().encode(JSON.stringify(roll(8) ? changed(roll) : any(roll)));
  if (roll(8) === 0) bytes[roll(bytes.length)] = roll(256);
  return roll(16) ? bytes : bytes.subarray(0, roll(bytes.length));
}

/** What everything behind the reader relies on. */
function promises(m) {
  const { architecture: a, recipe, labels, chunks } = m;
  assert.equal(m.version, 1);
  for (const number of [a.embed_dim, a.depth, a.heads, a.mlp_hidden, a.grid]) assert.ok(number > 0);
  assert.ok(a.embed_dim % (8 * a.heads) === 0 && recipe.crop === 16 * a.grid);
  assert.ok(recipe.resize >= recipe.crop && recipe.std > 0 && Number.isFinite(recipe.mean));
  assert.ok(labels.length === a.classes && new Set(labels).size === labels.length);
  assert.ok(labels.every((label) => typeof label === "string" && label.trim() !== ""));
  for (const { file, bytes, sha256 } of chunks) {
    assert.ok(/^[\w.-]+$/.test(file) && !/^\.+$/.test(file) && /^[0-9a-f]{64}$/.test(sha256));
    assert.ok(Number.isInteger(bytes) && bytes > 0 && bytes <= 4 << 20);
  }
  assert.equal(chunks.reduce((sum, { bytes }) => sum + bytes, 0), m.stream_bytes);
}

function one(seed) {
  const bytes = anyBytes(dice(seed));
  try {
    promises(readManifest(bytes));
    return true;
  } catch (error) {
    assert.ok(error instanceof EvaxError, `seed ${seed}: ${error?.stack}`);
    assert.match(error.code, /^MANIFEST_(INVALID|VERSION)$/);
    assert.ok(error.message.length < 2000 && error.hint, `seed ${seed}: ${error.message}`);
    return false;
  }
}

test("any bytes are a manifest that keeps its promises, or an EvaxError", (t) => {
  let [done, accepted] = [0, 0];
  for (const seed of seedsOf(CASES)) {
    accepted += Number(one(seed));
    done++;
  }
  assert.ok(accepted > 0 && accepted < done);
  t.diagnostic(`executions: ${done}`);
});
