/* address.js - where the demo model of the package lies: load(demoModel).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../web/base/errors.js";

/** Throws MODEL_NOT_FOUND in a bundle without addresses, as those of CommonJS are. */
function folder() {
  try {
    return new URL(".", import.meta.url);
  } catch (cause) {
    const why = "a bundle without import.meta.url cannot find the demo model; leave eva-x-web out of the bundle (external)";
    throw new EvaxError("MODEL_NOT_FOUND", why, { cause });
  }
}

/** The folder of the demo model, beside this script. */
export const demoModel = folder();
