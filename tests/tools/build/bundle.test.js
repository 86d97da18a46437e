/* bundle.test.js - the style sheets that bundles have in them say what the modules say.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { withMinifiedStyles } from "../../../tools/build/bundle.js";

const PAGE = fileURLToPath(new URL("../../../web/page/", import.meta.url));

/** The style sheet of a module, without its layout. @param {string} source @param {string} path below PAGE */
async function styleOf(source, path) {
  const { outputFiles: [whole] } = await esbuild.build({ stdin: { contents: source, resolveDir: dirname(PAGE + path) }, bundle: true, format: "esm", write: false });
  const given = await import(`data:text/javascript,${encodeURIComponent(whole.text)}`);
  return esbuild.transformSync(Object.values(given).join("\n"), { loader: "css", minify: true }).code;
}

test("a minified style sheet has every rule of its module, and shows the same characters", async () => {
  let saved = 0;
  const paths = (await readdir(PAGE, { recursive: true })).filter((path) => /[/-]style\.js$/.test(path));
  for (const path of paths) {
    const source = await readFile(PAGE + path, "utf8");
    const minified = withMinifiedStyles(source);
    assert.equal(await styleOf(minified, path), await styleOf(source, path), path);
    saved += source.length - minified.length;
  }
  assert.ok(saved > 3000, `only ${saved} characters are saved`);
});

test("a text that is no style sheet is left as it is", () => {
  const source = "export const label = `a  {  b  }`;\nexport const count = 1;\n";
  assert.equal(withMinifiedStyles(source), source);
});
