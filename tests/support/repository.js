/* repository.js - where things lie that tests read, and which variants this Node runs.
 * SPDX-License-Identifier: MIT */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { pickVariant } from "../../web/engine/wasm-engine.js";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const at = (...path) => join(ROOT, ...path);
export const DEMO = at("model", "demo");
export const CLI = at("tools", "cli", "evax.js");
export const FIXTURES = at("build", "fixtures");

/** Every variant that this Node can run; the baseline always, relaxed in newer ones.
 * @type {import("../../web/engine/wasm-engine.js").Variant[]} */
export const VARIANTS = pickVariant("auto") === "relaxed" ? ["simd128", "relaxed"] : ["simd128"];

export const film = (name = "nih_00000001_000.png") => readFileSync(at("model", "samples", name));
export const moduleBytes = (variant) =>
  new Uint8Array(readFileSync(at("web", "wasm", `evax-${variant}.wasm`)));
export const readFloats = (path) => new Float32Array(new Uint8Array(readFileSync(path)).buffer);

/** The index of the fixtures; a missing folder is an error, not a skipped test. */
export function fixtureIndex() {
  const path = join(FIXTURES, "index.json");
  if (!existsSync(path)) throw new Error(`${path} is missing: run "make fixtures"`);
  return JSON.parse(readFileSync(path, "utf8"));
}

/** A folder that is gone when the test file is done. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "evax-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A validator for assert.rejects: an EvaxError with this code, a hint, and detail that matches. */
export const withCode = (code, detail = /./) => (error) => {
  if (error.name !== "EvaxError" || error.code !== code || !error.hint) throw error;
  if (!detail.test(error.message)) throw new Error(`"${error.message}" does not match ${detail}`);
  return true;
};
