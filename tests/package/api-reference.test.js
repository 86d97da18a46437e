/* api-reference.test.js - web/API.md says what the code is: it is what its program writes, complete, and its links lead
 * somewhere.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ERROR_CODES } from "eva-x-web";
import { EvaxXray } from "eva-x-web/element";
import { apiReference, anchorOf } from "../../tools/build/api-reference.js";
import { readApi } from "../../tools/build/api-types.js";
import { at } from "../support/repository.js";

const reference = readFileSync(at("web", "API.md"), "utf8");
const source = (...path) => readFileSync(at("web", ...path), "utf8");
const api = readApi();
const { entries, types } = api;
const element = entries.flatMap(({ classes }) => classes).find(({ name }) => name === "EvaxXray");
const tagged = (tag) => element.tags.filter((each) => each.tag === tag).map(({ name }) => name).sort();

test("the reference is what the types and comments give now: if not, run make api", () => {
  const [now, kept] = [apiReference(api), reference].map((text) => text.split("\n"));
  const line = now.findIndex((text, i) => text !== kept[i]);
  assert.equal(kept[line], now[line], `web/API.md:${line + 1}`);
  assert.equal(kept.length, now.length);
});

test("its entries are those of package.json that have types", () => {
  const { exports } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const expected = Object.entries(exports).filter(([, targets]) => targets.types).map(([path]) => path.replace(".", "eva-x-web"));
  const found = [...reference.matchAll(/^## (eva-x-web\S*)$/gm)].map(([, path]) => path);
  assert.deepEqual(found.sort(), expected.sort());
});

test("it has every error code once, and every function and method says what it does", () => {
  const codes = [...reference.matchAll(/^\| `([A-Z0-9_]+)` \| .+ \| .+ \|$/gm)].map(([, code]) => code);
  assert.deepEqual(codes.filter((code) => code !== "ERROR_CODES"), [...ERROR_CODES]);
  const calls = [...entries.flatMap(({ functions }) => functions), ...types.flatMap(({ methods }) => methods),
    ...entries.flatMap(({ classes }) => classes.flatMap(({ methods }) => methods))];
  assert.ok(calls.length > 30);
  assert.deepEqual(calls.filter(({ about }) => !about).map(({ name }) => name), []);
});

test("the element's attributes, events and custom properties are those of its code", () => {
  assert.deepEqual(tagged("attr"), [...EvaxXray.observedAttributes].sort());
  const events = new Set([...source("element.js").matchAll(/new (?:Custom|Error)Event\("(\w+)"/g)].map(([, name]) => name));
  assert.deepEqual(tagged("fires"), [...events].sort());
  const properties = [...source("room", "host-style.js").matchAll(/\["(--evax-[a-z-]+)"/g)].map(([, name]) => name);
  assert.deepEqual(tagged("cssprop"), properties.sort());
});

test("its links lead somewhere", () => {
  const anchors = new Set([...reference.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading)));
  const links = new Set([...reference.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link));
  assert.ok(links.size > 80);
  const dead = [...links].filter((link) => (link.startsWith("#") ? !anchors.has(link.slice(1))
    : !existsSync(join(at("web"), link))));
  assert.deepEqual(dead, []);
});
