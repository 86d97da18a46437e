/* axe.js - what axe finds in a page, and in the room within it.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { roomOf } from "../browser/stage.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in a document, without the frames in it. @param {any} document a page, or a frame
 * @returns {Promise<string[]>} */
export async function violationsIn(document) {
  if (!await document.evaluate(() => "axe" in globalThis)) await document.evaluate(AXE);
  return document.evaluate(async () => {
    const found = await globalThis.axe.run({ preload: false, iframes: false });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary}`);
  });
}

/** What axe finds in the page around, and in the room. @param {any} page */
export const violations = async (page) => [...await violationsIn(page), ...await violationsIn(await roomOf(page))];
