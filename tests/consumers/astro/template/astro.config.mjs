/* astro.config.mjs - nothing to set.
 * SPDX-License-Identifier: MIT */
export default {};
