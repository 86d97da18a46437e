/* address.js - where the demo model of the package lies: load(demoModel).
 * SPDX-License-Identifier: MIT */

/** The folder of the demo model, beside this script. */
export const demoModel = new URL(".", import.meta.url);
