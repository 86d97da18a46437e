/* manifest-bytes.js - a manifest as a file, with its checksum (model/FORMAT.md, section 4).
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";

/** @param {object} manifest whatever checksum it has is replaced @returns {Uint8Array} JSON in UTF-8 */
export function manifestBytes(manifest) {
  const blank = JSON.stringify({ ...manifest, checksum: "0".repeat(64) });
  const checksum = createHash("sha256").update(blank).digest("hex");
  return new TextEncoder().encode(blank.replace(/"checksum":"0{64}"/, `"checksum":"${checksum}"`));
}
