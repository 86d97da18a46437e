/* vendor-command.js - the command `evax vendor`: copies for pages, and says what a page beside them needs.
 * SPDX-License-Identifier: MIT */
import { basename } from "node:path";
import { EvaxError } from "../../web/evax-node.js";
import { EXIT, UsageError, endAfter } from "./base/command.js";
import { printable } from "./base/report.js";
import { foldersOf, vendor } from "./vendor.js";

/** @param {string[]} folders @param {import("./base/command.js").Options} options */
export async function vendorCommand(folders, { models, force = false }) {
  if (folders.length !== 1) throw new UsageError("vendor takes the folder to copy into");
  const [target] = folders;
  try {
    await vendor(target, models, force);
  } catch (error) {
    return endAfter(error, { input: target }, error instanceof EvaxError ? EXIT.model : EXIT.someFailed);
  }
  const shown = printable(basename(target)), places = foldersOf(models);
  process.stdout.write(`${printable(target)} now holds the modules, and ${places.map((place) => `${place}/`).join(", ")}.\n`
    + "In a page beside it:\n\n"
    + `  <script type="module" src="${shown}/element.bundle.js"></script>\n`
    + `  <evax-xray model="${places.map((place) => `${shown}/${place}/`).join(" ")}"></evax-xray>\n`);
  return EXIT.done;
}
