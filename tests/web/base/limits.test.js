/* limits.test.js - limits, orders of fields and enums that the engine and JavaScript both write down: each copy
 * says what the engine's headers say, and so does the converter.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as limits from "../../../web/base/limits.js";
import { CONVERSION, FORMAT, IMAGE_FIELDS, INFO_FIELDS, LAYOUT, SCORING } from "../../../web/engine/wasm-engine.js";
import { at } from "../../support/repository.js";

const text = (...path) => readFileSync(at(...path), "utf8");
const header = text("src", "evax.h");
const engine = Object.fromEntries(
  [...text("src", "evax_limits.h").matchAll(/^#define EVX_(\w+) (\d+)$/gm)]
    .map(([, name, value]) => [name, Number(value)]));

/** The body of `typedef struct|enum NAME { ... }` in evax.h, without comments. */
function bodyOf(name) {
  const match = new RegExp(`typedef (?:struct|enum) ${name} \\{([^}]*)\\}`).exec(header);
  assert.ok(match, name);
  return match[1].replace(/\/\*.*?\*\//gs, "");
}

/** Fields of a struct, in order. */
const fieldsOf = (name) => bodyOf(name).split(";").map((line) => line.trim()).filter(Boolean)
  .flatMap((line) => line.replace(/^\w+ /, "").split(",").map((field) => field.trim()));

/** Names and values of an enum. */
const enumOf = (body) => Object.fromEntries([...body.matchAll(/EVX_(\w+) = (\d+)/g)].map(([, name, v]) => [name, +v]));

test("JavaScript's limits are the engine's", () => {
  assert.ok(Object.keys(engine).length >= 20, "evax_limits.h is read");
  assert.ok(Object.keys(limits).length >= 15);
  for (const [name, value] of Object.entries(limits)) assert.equal(value, engine[name], name);
});

test("the ranges of FORMAT.md are the engine's", () => {
  const format = text("model", "FORMAT.md");
  const range = (field) => {
    const row = new RegExp(`u32 \\| ${field}[^|]*\\| (\\d+)(?:\\.\\.(\\d+))?`).exec(format);
    return [Number(row[1]), Number(row[2] ?? row[1])];
  };
  assert.deepEqual(range("embed_dim"), [engine.MIN_EMBED_DIM, engine.MAX_EMBED_DIM]);
  assert.deepEqual(range("depth"), [1, engine.MAX_DEPTH]);
  assert.deepEqual(range("heads"), [1, engine.MAX_HEADS]);
  assert.deepEqual(range("mlp_hidden"), [engine.MIN_MLP_HIDDEN, engine.MAX_MLP_HIDDEN]);
  assert.deepEqual(range("patch_size"), [engine.PATCH_SIZE, engine.PATCH_SIZE]);
  assert.deepEqual(range("grid"), [1, engine.MAX_GRID]);
  assert.deepEqual(range("classes"), [0, engine.MAX_CLASSES]);
});

test("the fields of evx_info and evx_image_info have one order in header, module and JavaScript", () => {
  const glue = text("src", "wasm.c");
  for (const [struct, fields, name] of [
    ["evx_info", INFO_FIELDS, "evax_info"], ["evx_image_info", IMAGE_FIELDS, "evax_image"],
  ]) {
    const [, list] = new RegExp(`EXPORT\\(${name}\\)[^]*?fields\\[\\] = \\{([^}]*)\\}`).exec(glue);
    assert.deepEqual([...list.matchAll(/i->(\w+)/g)].map(([, field]) => field), [...fields], `${name} in wasm.c`);
    assert.deepEqual(fieldsOf(struct), [...fields], `${struct} in evax.h`);
  }
});

test("scoring, formats, layouts and conversions have the numbers of evax.h", () => {
  assert.deepEqual([...bodyOf("evx_scoring").matchAll(/EVX_SCORE_(\w+)/g)].map(([, word]) => word.toLowerCase()),
    [...SCORING]);
  const upper = (object) => Object.fromEntries(Object.entries(object).map(([name, v]) => [name.toUpperCase(), v]));
  assert.deepEqual(enumOf(bodyOf("evx_layout")), upper(LAYOUT));
  assert.deepEqual(enumOf(bodyOf("evx_format")),
    Object.fromEntries(Object.entries(FORMAT).map(([v, name]) => [name.toUpperCase(), Number(v)])));
  const conversions = [...header.matchAll(/EVX_CONVERSION_(\w+) = (\d+)/g)]
    .map(([, name, v]) => [name.replaceAll("_", ""), Number(v)]);
  assert.deepEqual(Object.fromEntries(conversions), upper(CONVERSION));
});
