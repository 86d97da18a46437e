/* canvas-noise.js - does this browser give back the pixels that were put into a canvas?
 *
 * Brave, and Firefox with its fingerprinting protection, add noise to whatever a page reads from a
 * canvas. Files are decoded by the engine and do not care; a film that comes as a canvas does.
 * SPDX-License-Identifier: MIT */

const SIDE = 32;
/* Noise touches a few pixels of many, and differs from read to read: two reads of 1,024 opaque
 * pixels. */
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
