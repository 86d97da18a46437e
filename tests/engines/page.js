/* page.js - a page that runs the list when it is asked to.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax.js";
import { runList } from "./list.js";

const addressOf = (path) => new URL(`../../${path}`, import.meta.url).href;
const read = async (path) => (await fetch(addressOf(path))).blob();
globalThis.runHere = (options) => runList(load, addressOf, read, options);
