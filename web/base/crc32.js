/* crc32.js - the CRC-32 of ZIP and PNG, eight bytes at a time.
 * SPDX-License-Identifier: MIT */

/** TABLES[k][n]: what byte n does when k more bytes follow. */
const TABLES = Array.from({ length: 8 }, () => new Uint32Array(256));
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  TABLES[0][n] = c;
}
for (let k = 1; k < 8; k++) {
  for (let n = 0; n < 256; n++) {
    const before = TABLES[k - 1][n];
    TABLES[k][n] = TABLES[0][before & 255] ^ (before >>> 8);
  }
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES;

/**
 * @param {Uint8Array} bytes
 * @param {number} [before] the CRC-32 of the bytes before these
 */
export function crc32(bytes, before = 0) {
  let c = ~before >>> 0;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = c ^ (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24);
    c = T7[low & 255] ^ T6[low >>> 8 & 255] ^ T5[low >>> 16 & 255] ^ T4[low >>> 24]
      ^ T3[bytes[at + 4]] ^ T2[bytes[at + 5]] ^ T1[bytes[at + 6]] ^ T0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) c = T0[(c ^ bytes[at]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}
