/* fetched-file.js - a checkpoint behind an http(s) address: it is downloaded, then read as any other file.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { memorySource } from "./byte-source.js";

/** @typedef {import("./byte-source.js").ByteSource} ByteSource */

/** @param {URL} url @param {AbortSignal} signal */
async function download(url, signal) {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return await response.blob();
    throw new EvaxError("INPUT_UNREADABLE", `${url.href}: HTTP ${response.status}`);
  } catch (cause) {
    if (cause instanceof EvaxError) throw cause;
    signal.throwIfAborted();
    throw new EvaxError("NETWORK", `${url.href}: the connection broke`, { cause });
  }
}

/** @param {string | URL} place */
function addressOf(place) {
  try {
    return new URL(place, globalThis.location?.href);
  } catch (cause) {
    throw new EvaxError("INPUT_UNREADABLE", `${place} is not an address`, { cause });
  }
}

/** The last part of an address, as people read it where it is UTF-8. @param {URL} url */
function nameOf({ pathname }) {
  const name = pathname.split("/").pop() ?? "";
  try {
    return decodeURIComponent(name) || "checkpoint";
  } catch {
    return name;
  }
}

/**
 * @param {string | URL} place in a page, relative to the page
 * @param {AbortSignal} signal
 * @returns {Promise<ByteSource>} rejects with NETWORK or INPUT_UNREADABLE
 */
export async function openFile(place, signal) {
  const url = addressOf(place);
  const source = /** @type {ByteSource} */ (memorySource(await download(url, signal)));
  return { ...source, name: nameOf(url) };
}
