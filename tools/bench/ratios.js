/* ratios.js - this engine against the fastest peer that keeps weights alike, of rows of results.jsonl.
 * SPDX-License-Identifier: MIT */

/** @typedef {{ config: string, threads: number, dtype: string, peer: string, ratio: number }} Ratio ratio: of the medians */
/** @typedef {Ratio & { warm: number | null }} Ratios warm: of loading and first result from warm caches, to the peer whose
 *   is the least; null where it was not measured */

const OURS = /^eva-x-web /;

/** @param {any[]} rows @param {string} member */
const least = (rows, member) => rows.filter((row) => row[member]).toSorted((a, b) => a[member] - b[member])[0];

/** @param {number} a @param {number} b */
const quotient = (a, b) => Number((a / b).toFixed(3));

/** One of each row of ours. @param {any[]} rows of kind "peer" @returns {Ratios[]} */
export function ratiosOf(rows) {
  return rows.filter(({ name }) => OURS.test(name)).map((own) => {
    const peers = rows.filter(({ name, config, threads, dtype }) => !OURS.test(name) && config === own.config
      && threads === own.threads && dtype === own.dtype);
    const fastest = least(peers, "median_ms"), warm = least(peers, "warm_first_result_ms");
    return {
      config: own.config, threads: own.threads, dtype: own.dtype, peer: fastest.name,
      ratio: quotient(own.median_ms, fastest.median_ms),
      warm: warm && own.warm_first_result_ms ? quotient(own.warm_first_result_ms, warm.warm_first_result_ms) : null,
    };
  });
}

/** @param {Ratios} ratios */
export const inWords = ({ config, threads, dtype, peer, ratio, warm }) =>
  `${config} ${dtype}, threads: ${threads}: ${ratio} of ${peer}${warm === null ? "" : `; warm load to first result ${warm} of the fastest peer`}`;
