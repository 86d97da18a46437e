/* module.js - changing a WebAssembly module's memory limit, section by section.
 * SPDX-License-Identifier: MIT */

/** Reads an unsigned LEB128 number: [value, position behind it]. */
function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function numberBytes(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return [...bytes, value];
}

const MEMORY_SECTION = 5;

/** The module with memory that cannot grow beyond `pages` of 64 KiB (nor begin with more). */
export function withMemoryLimit(bytes, pages) {
  for (let at = 8; at < bytes.length;) {
    const [length, content] = readNumber(bytes, at + 1);
    if (bytes[at] === MEMORY_SECTION) {
      const [initial] = readNumber(bytes, content + 2);
      const section = [1, 1, ...numberBytes(initial), ...numberBytes(Math.max(initial, pages))];
      const head = [...bytes.subarray(0, at), MEMORY_SECTION, ...numberBytes(section.length)];
      return new Uint8Array([...head, ...section, ...bytes.subarray(content + length)]);
    }
    at = content + length;
  }
  throw new Error("the module has no memory of its own");
}
