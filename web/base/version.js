/* version.js - the version of the package. The engine and its modules must have the same one.
 * SPDX-License-Identifier: MIT */

export const VERSION = "0.1.0";
