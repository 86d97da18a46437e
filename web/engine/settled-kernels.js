/* settled-kernels.js - which kernels were found to be the fastest on this machine, for as long as the page or the program
 * lives: the engines that come later, in this thread or in another one, measure nothing.
 * SPDX-License-Identifier: MIT */

/** By "variant slot". @type {Map<string, string>} */
const settled = new Map();

/** @param {string} variant @param {string} slot @returns {string | undefined} a name */
export const settledKernel = (variant, slot) => settled.get(`${variant} ${slot}`);

/** @param {string} variant @param {string} slot @param {string} name */
export const settleKernel = (variant, slot, name) => void settled.set(`${variant} ${slot}`, name);

/** All of them, for another thread to adopt. @returns {[key: string, name: string][]} */
export const settledKernels = () => [...settled];

/** Takes what another thread has settled; each is probed where it is to run. @param {readonly [key: string, name: string][]} all */
export function adoptKernels(all) {
  for (const [key, name] of all) settled.set(key, name);
}

/** For tests. */
export const forgetKernels = () => settled.clear();
