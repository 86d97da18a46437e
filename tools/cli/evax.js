#!/usr/bin/env node
/* evax.js - the command line tool as a process: its words, its signals, how it ends.
 * SPDX-License-Identifier: MIT */
import { EXIT, say } from "./base/command.js";
import { wordsOf } from "./base/file-names.js";
import { run } from "./main.js";

/* Nobody reads what is said; the results go on. */
process.stderr.on("error", () => {});
process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code === "EPIPE") process.exit(EXIT.pipe);
  say(`evax: the output cannot be written: ${error.message}`);
  process.exit(EXIT.output);
});

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupt.abort());
process.exitCode = await run(wordsOf(process.argv.slice(2)), interrupt.signal);
