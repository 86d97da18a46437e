/* address-input.js - films at an address, for a page's own thread: the sealed frame has no part of this.
 * SPDX-License-Identifier: MIT */
import { bytesOfResponse, refuse } from "./given-input.js";

/** @param {string | URL} place @returns {URL} */
function addressOf(place) {
  try {
    return new URL(place, globalThis.location?.href);
  } catch (cause) {
    return refuse(`${String(place).slice(0, 80)} is no address`, cause);
  }
}

/**
 * The bytes at an address of the page's own origin: whoever reads a film elsewhere has to say so, by a request of
 * their own.
 * @param {string | URL} place relative ones are the page's
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>} rejects with INPUT_UNREADABLE or IMAGE_HEAP, or the signal's reason
 */
export async function readAddress(place, signal) {
  const url = addressOf(place);
  if (url.origin !== globalThis.location?.origin) {
    refuse(`${url.origin} is not the page's own origin; fetch it yourself and give the response`);
  }
  const response = await fetch(url, { signal }).catch((cause) => {
    signal?.throwIfAborted();
    return refuse(`${url}: ${cause.message}`, cause);
  });
  return bytesOfResponse(response, signal);
}
