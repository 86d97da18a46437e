/* library.js - a page that uses the package; bundlers and browsers resolve its name.
 * SPDX-License-Identifier: MIT */
import { convert, load } from "eva-x-web";

globalThis.evax = { load };
export { convert, load };
