/* cloneable-input.js - a film, or an address, on its way to another thread or frame.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** URLs cannot be cloned, and a worker of another address would take relative ones for its own: an address becomes
 * the page's, as text; anything else stays. In Node, where threads share a folder to be in, a path stays a path.
 * @template T @param {T} place @returns {T | string} */
export function cloneablePlace(place) {
  if (place instanceof URL) return place.href;
  const { location } = globalThis;
  return typeof place === "string" && location ? new URL(place, location.href).href : place;
}

/** The same of each member. @param {Record<string, unknown>} places @returns {Record<string, any>} */
export const cloneablePlaces = (places) =>
  Object.fromEntries(Object.entries(places).map(([name, place]) => [name, cloneablePlace(place)]));

/** A canvas cannot be transferred, a bitmap of it can. @param {any} input
 * @returns {Promise<{ input: any, transfer: Transferable[] }>} */
export async function cloneableInput(input) {
  const type = Object.prototype.toString.call(input);
  if (type !== "[object HTMLCanvasElement]" && type !== "[object OffscreenCanvas]") {
    return { input, transfer: [] };
  }
  try {
    const bitmap = await createImageBitmap(input);
    return { input: bitmap, transfer: [bitmap] };
  } catch (cause) {
    if (!(input.width && input.height)) throw new EvaxError("IMAGE_EMPTY", "an empty canvas");
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}
