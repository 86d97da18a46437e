/* version.js - the version of package, engine and modules, which must all be the same.
 * SPDX-License-Identifier: MIT */

export const VERSION = "0.1.0";
