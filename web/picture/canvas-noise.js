/* canvas-noise.js - tests whether this browser alters pixels that are read from a canvas.
 *
 * Brave, and Firefox with its fingerprinting protection, add noise to whatever a page reads from a
 * canvas. Files are not affected, because the engine decodes them; a film given as a canvas is.
 * SPDX-License-Identifier: MIT */

const SIDE = 32;
/* Noise changes few pixels, and others at each read: hence two reads of 1,024 opaque pixels. */
const READS = 2;

/** Opaque pixels of many values. @returns {Uint8ClampedArray} RGBA, SIDE x SIDE */
function knownPixels() {
  const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
  return pixels;
}

/**
 * Whether pixels read from a canvas differ from those that were drawn.
 * @param {new (width: number, height: number) => OffscreenCanvas} [Canvas]
 * @returns {boolean} false also where there is no canvas to read from
 */
export function canvasNoise(Canvas = globalThis.OffscreenCanvas) {
  const context = Canvas && new Canvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  const known = knownPixels();
  const image = context.createImageData(SIDE, SIDE);
  image.data.set(known);
  context.putImageData(image, 0, 0);
  return Array.from({ length: READS }, () => context.getImageData(0, 0, SIDE, SIDE).data)
    .some((read) => known.some((value, i) => read[i] !== value));
}
