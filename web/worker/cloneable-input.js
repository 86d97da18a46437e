/* cloneable-input.js - a film on its way to another thread or frame.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

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
