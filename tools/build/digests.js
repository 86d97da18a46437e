#!/usr/bin/env node
/* digests.js - node tools/build/digests.js FILES... > digests.js: writes the SHA-256 of the modules, by
 * name, as a script of the package, which refuses any other module.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const sha256 = (/** @type {string} */ file) =>
  createHash("sha256").update(readFileSync(file)).digest("hex");
const entries = process.argv.slice(2).sort().map((file) => [basename(file), sha256(file)]);

process.stdout.write("/* digests.js - SHA-256 of this package's WebAssembly modules; made by make wasm. */\n"
  + `export const DIGESTS = ${JSON.stringify(Object.fromEntries(entries), null, 2)};\n`);
