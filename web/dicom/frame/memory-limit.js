/* memory-limit.js - a WebAssembly module that cannot take more memory than it is given: the limit is
 * written into its memory section, so the engine itself enforces it.
 * SPDX-License-Identifier: MIT */

const MEMORY_SECTION = 5;
const PAGE_BYTES = 65_536;

/** Reads an unsigned LEB128 number: [value, position behind it].
 * @param {Uint8Array} bytes @param {number} at @returns {[number, number]} */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

/** @param {number} value @returns {number[]} */
function numberBytes(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/**
 * The module with memory that cannot grow beyond a limit, nor begin with more than it did.
 * @param {Uint8Array} module that has one memory of its own
 * @param {number} limit bytes
 * @returns {Uint8Array}
 */
export function withMemoryLimit(module, limit) {
  const pages = Math.floor(limit / PAGE_BYTES);
  for (let at = 8; at < module.length;) {
    const [length, content] = readNumber(module, at + 1);
    if (module[at] === MEMORY_SECTION) {
      const [initial] = readNumber(module, content + 2);
      const body = [1, 1, ...numberBytes(initial), ...numberBytes(Math.max(initial, pages))];
      const section = [MEMORY_SECTION, ...numberBytes(body.length), ...body];
      const whole = new Uint8Array(at + section.length + module.length - content - length);
      whole.set(module.subarray(0, at));
      whole.set(section, at);
      whole.set(module.subarray(content + length), at + section.length);
      return whole;
    }
    at = content + length;
  }
  throw new Error("the module has no memory of its own");
}
