/* library.js - somebody's page that uses the package; bundlers and browsers resolve the name.
 * SPDX-License-Identifier: MIT */
import { load } from "eva-x-web";

globalThis.evax = { load };
