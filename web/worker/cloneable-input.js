/* cloneable-input.js - a film, or an address, on its way to another thread or frame.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { isA } from "../engine/given-input.js";

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

/** What cannot be sent, or not without its origin's leave, while a bitmap of it can. */
const DRAWN = ["HTMLCanvasElement", "OffscreenCanvas", "HTMLImageElement", "VideoFrame"];

/** Refuses a picture that came from another origin without its leave: it may be shown, and not be read.
 * @param {ImageBitmap} bitmap */
function checkOrigin(bitmap) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
  context.drawImage(bitmap, 0, 0);
  context.getImageData(0, 0, 1, 1);
}

/** @param {any} input one of DRAWN, of which images alone can be waited for: decode() */
async function bitmapOf(input) {
  try {
    await input.decode?.(); // an image element may still be on its way
    const bitmap = await createImageBitmap(input);
    if (isA(input, "HTMLImageElement")) checkOrigin(bitmap);
    return bitmap;
  } catch (cause) {
    if (!input.decode && (input.width === 0 || input.height === 0)) throw new EvaxError("IMAGE_EMPTY", "an empty canvas");
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** Something to draw becomes a bitmap, which can be transferred; pixels become a plain object, which can be cloned
 * whatever proxy they are behind. @param {any} input
 * @returns {Promise<{ input: any, transfer: Transferable[] }>} */
export async function cloneableInput(input) {
  if (DRAWN.some((name) => isA(input, name))) {
    const bitmap = await bitmapOf(input);
    return { input: bitmap, transfer: [bitmap] };
  }
  if (typeof input !== "object" || input === null || !("data" in input)) return { input, transfer: [] };
  const { data, width, height, range } = input;
  return { input: { data, width, height, ...(range && { range: [...range] }) }, transfer: [] };
}
