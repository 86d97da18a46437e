/* strict-json.js - JSON in which no object has a member twice: JSON.parse would take the last in silence.
 * SPDX-License-Identifier: MIT */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/** Throws a SyntaxError where an object has a member twice. @param {string} text of valid JSON */
function checkMembers(text) {
  /** @type {Set<string>[]} members so far of the objects that are open */
  const open = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const [members, name] = [open[open.length - 1], JSON.parse(last)];
      if (members.has(name)) throw new SyntaxError(`the member ${last.slice(0, 80)} appears twice`);
      members.add(name);
    }
    last = token;
  }
}

/**
 * @param {Uint8Array} bytes of UTF-8
 * @returns {unknown} throws a SyntaxError, a TypeError for bad UTF-8, or a RangeError for depth
 */
export function parseStrictJson(bytes) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(text);
  checkMembers(text);
  return value;
}
