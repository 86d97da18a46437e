/* Whoever is given the site, or a page's copy of the package, is given the licenses of all that is in it. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BUNDLED, BUNDLED_IN_TOOL, COMPILED_IN } from "../../tools/build/dependencies.js";
import { makeSite } from "../../tools/build/dist.js";
import { vendor } from "../../tools/cli/vendor.js";
import { DEMO, at, temporaryFolder } from "../support/repository.js";

const folder = temporaryFolder();
/* Code that others wrote and that is compiled into codecs, and who wrote the films of calibration. */
const CODECS = COMPILED_IN.filter(({ from }) => from.startsWith("npm")).map(({ name }) => name);
const FILMS = ["Kermany", "CC BY 4.0", "Winther", "CC BY 3.0", "Wang et al."];
const TEXTS = [/Permission is hereby granted, free of charge/, /Redistributions in binary form must reproduce/];

/** Every text file of a folder that is named after a license or notice, or lies beside the films, joined. */
const noticesOf = (path) => readdirSync(path, { recursive: true, encoding: "utf8" })
  .filter((name) => /(LICENSE|NOTICES|calibration\/README)[^/]*$/.test(name))
  .map((name) => readFileSync(join(path, name), "utf8")).join("\n");

/** @type {[string, string, (path: string) => Promise<void>][]} */
const COPIES = [
  ["the site", "site", (path) => makeSite(path, [at("web", "site", "index.html")])],
  ["what evax vendor copies", "public", (path) => vendor(path, [DEMO])],
];

for (const [what, name, make] of COPIES) {
  test(`${what} holds the license, and names what is bundled, its authors and their terms`, async () => {
    const path = join(folder, name);
    await make(path);
    const text = noticesOf(path);
    assert.ok(text.includes(readFileSync(at("LICENSE"), "utf8")));
    for (const part of [...BUNDLED, ...CODECS, ...FILMS]) assert.ok(text.includes(part), part);
    for (const terms of TEXTS) assert.match(text, terms);
  });
}

test("the command line tool's notices name what is bundled in it, and their terms", () => {
  const text = readFileSync(at("tools", "cli", "NOTICES.md"), "utf8");
  for (const part of BUNDLED_IN_TOOL) assert.ok(text.includes(part), part);
  assert.match(text, TEXTS[0]);
});
