/* vrs.js - the value representations of DICOM (PS3.5, section 6.2, edition 2024e).
 * SPDX-License-Identifier: MIT */

/** Those whose length has two bytes; all others, also ones to come, have four. @type {ReadonlySet<string>} */
export const SHORT_VRS = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" "));

/** All of them. @type {ReadonlySet<string>} */
export const VRS = new Set([
  ...SHORT_VRS, ..."OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "),
]);
