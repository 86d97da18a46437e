#!/usr/bin/env node
/* check-module.js - refuses a WebAssembly module in which a stray write could reach its data:
 *
 *     thread-local variables among the data   linked without shared memory, they lie on the constants
 *     a stack above the data                  it grows downwards, into them, where it should trap
 *
 *     check-module.js MODULE STACK            STACK: bytes of stack that the module was linked with
 *
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { moduleFacts } from "./module-facts.js";

/** What is wrong with a module; none: an empty list. @param {Uint8Array} bytes
 * @param {number} stack bytes @returns {string[]} */
export function faultsOf(bytes, stack) {
  const { stackTop, segments } = moduleFacts(bytes);
  const tls = segments.filter(({ name }) => /^\.(tdata|tbss)/.test(name));
  const named = segments.every(({ name }) => name !== "");
  const low = segments.filter(({ address }) => address !== null && address < stack);
  return [
    ...(named && segments.length ? [] : ["its data segments have no names, so nothing is known of them"]),
    ...tls.map(({ name }) => `thread-local variables (${name}) lie among its data`),
    ...(stackTop === stack ? [] : [`its stack begins at ${stackTop}, not at ${stack}, below all data`]),
    ...low.map(({ name, address }) => `${name} lies at ${address}, inside the stack`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file, stack] = process.argv;
  const faults = faultsOf(readFileSync(file), Number(stack));
  for (const fault of faults) console.error(`${file}: ${fault}`);
  process.exitCode = faults.length ? 1 : 0;
}
