/* v8-code.js - reads the machine code that V8 prints of a WebAssembly module. SPDX-License-Identifier: MIT */

/** What makes V8 print it. */
export const PRINT = ["--print-wasm-code"];

/** The functions: name, and their instructions with address, offset in the function, bytes and text.
 * @param {string} text */
export function functionsOf(text) {
  return text.split(/^name: /m).slice(1).map((part) => ({
    name: part.slice(0, part.indexOf("\n")),
    lines: [...part.matchAll(/^0x([0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+) +(.*)$/gm)].map(([, address, offset, bytes, code]) =>
      ({ address: parseInt(address, 16), offset: parseInt(offset, 16), bytes, code })),
  }));
}

/* What an instruction of 64-bit Arm is for; the first that fits. */
const KINDS = /** @type {[string, RegExp][]} */ ([
  ["products", /^(sdot|sm[lu][al]l2?|sadalp|fmla)\b/], // smull, smlal
  ["spills", /^(ldr|str|ldp|stp) .*\[sp/],
  ["loads", /^(ldu?r [qdsb]\d|ld1r?\b)/],
  ["stores", /^(stu?r [qdsb]\d|st1\b)/],
  ["copies", /^(dup|movi|mvni|fmov|(mov|ins) [vds]\d)/],
  ["arithmetic", /^\w+ [vqds]\d/],
]);

/** The kinds, and what is left: addresses, checks of bounds, loops. */
export const KIND_NAMES = [...KINDS.map(([name]) => name), "the rest"];

/** @param {string} code one instruction */
export const kindOf = (code) => KINDS.find(([, pattern]) => pattern.test(code))?.[0] ?? "the rest";
