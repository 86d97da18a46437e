/* processor-time.js - the clock of tests that something costs no more than it should: other programs do not count.
 * SPDX-License-Identifier: MIT */

/** Milliseconds that this process has had of processors, all its threads together. */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
