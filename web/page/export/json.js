/* json.js - results as JSON (schema: web/page/export/EXPORT.md).
 * SPDX-License-Identifier: MIT */

/** @param {import("./record.js").Record} record @returns {Blob} */
export const jsonOf = (record) =>
  new Blob([`${JSON.stringify(record, null, 2)}\n`], { type: "application/json" });
