/* members.js - checks the members of files that may have been edited: manifests, heads, site cards.
 * SPDX-License-Identifier: MIT */

/** @typedef {(value: any) => boolean} Test */
/** What each member must be, and that in words. @typedef {Record<string, [Test, string]>} Table */

/** @type {Test} */
export const isFraction = (v) => Number.isFinite(v) && v >= 0 && v <= 1;
/** @param {unknown} v @returns {v is Record<string, any>} */
export const isObject = (v) => typeof v === "object" && v !== null && !Array.isArray(v);
/** @type {Test} */
export const isInterval = (v) => Array.isArray(v) && v.length === 2 && v.every(isFraction) && v[0] <= v[1];
/** @type {Test} */
export const isHash = (v) => typeof v === "string" && /^[0-9a-f]{64}$/.test(v);

/** @param {any} value @param {string} path of it, "" for the whole @param {Table} table
 * @param {(path: string, expected: string) => never} refuse with an error that names the member */
export function checkMembers(value, path, table, refuse) {
  if (!isObject(value)) refuse(path || "the whole", "an object");
  for (const [member, [test, expected]] of Object.entries(table)) {
    if (!Object.hasOwn(value, member) || !test(value[member])) refuse(path ? `${path}.${member}` : member, expected);
  }
}
