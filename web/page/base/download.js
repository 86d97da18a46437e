/* download.js - a file for the person at the page.
 * SPDX-License-Identifier: MIT */
import { h } from "./dom.js";

/* The blob must outlive the start of the download. */
const KEEP_MS = 60_000;

/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
