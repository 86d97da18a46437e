/* threshold.js - the one rule of what a threshold means.
 * SPDX-License-Identifier: MIT */

/**
 * Whether a score lies above its threshold; a score that equals it does not.
 * @param {number} score
 * @param {number} threshold on the same scale
 */
export const isAbove = (score, threshold) => score > threshold;
