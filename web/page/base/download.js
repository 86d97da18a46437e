/* download.js - offers a Blob as a downloaded file.
 * SPDX-License-Identifier: MIT */
import { h } from "./dom.js";

/* The address must stay valid until the download has started. */
const VALID_MS = 60_000;

/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), VALID_MS);
}
