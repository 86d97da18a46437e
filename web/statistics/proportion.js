/* proportion.js - a share of films with its 95 % interval.
 *
 * Wilson's interval where films are independent. Films of one patient are not: then the number of films is divided by
 * how much the patients' scatter exceeds that of independent films (the design effect, Kish 1965; variance of a ratio
 * by Taylor's series), and Wilson's interval is taken at that number.
 * SPDX-License-Identifier: MIT */

const Z95 = 1.959963984540054;

/** A share of films. effective: as how many independent films they count.
 * @typedef {{ value: number, ci95: [number, number], hits: number, of: number, effective: number }} Proportion */

/** Wilson's 95 % interval. @param {number} share 0..1 @param {number} n above 0, need not be whole
 * @returns {[number, number]} */
export function wilson(share, n) {
  const z2 = Z95 * Z95;
  const middle = share + z2 / (2 * n);
  const half = Z95 * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return [Math.max(0, (middle - half) / (1 + z2 / n)), Math.min(1, (middle + half) / (1 + z2 / n))];
}

/** Films and hits of each patient. @param {readonly boolean[]} hits [n] @param {readonly string[]} patients [n] */
function byPatient(hits, patients) {
  /** @type {Map<string, { films: number, hits: number }>} */ const found = new Map();
  patients.forEach((patient, i) => {
    const one = found.get(patient) ?? { films: 0, hits: 0 };
    found.set(patient, { films: one.films + 1, hits: one.hits + Number(hits[i]) });
  });
  return [...found.values()];
}

/** As how many independent films these count: never more than there are. Where every film has the same result, the
 * scatter says nothing, and patients are counted. @param {{ films: number, hits: number }[]} groups
 * @param {number} share @param {number} n */
function effectiveNumber(groups, share, n) {
  const patients = groups.length;
  if (patients === n) return n;
  if (share === 0 || share === 1 || patients < 2) return patients;
  const squares = groups.reduce((sum, { films, hits }) => sum + (hits - share * films) ** 2, 0);
  const variance = squares * patients / (patients - 1) / (n * n);
  return Math.min(n, share * (1 - share) / variance);
}

/** @param {readonly boolean[]} hits [n] @param {readonly string[]} patients [n] who each film is of
 * @returns {Proportion | null} null where there are no films */
export function proportionOf(hits, patients) {
  const of = hits.length, count = hits.filter(Boolean).length;
  if (!of) return null;
  const value = count / of;
  const effective = effectiveNumber(byPatient(hits, patients), value, of);
  return { value, ci95: wilson(value, effective), hits: count, of, effective };
}

/** The share that shows the finding among those above a threshold (PPV), at a prevalence.
 * @param {number} sensitivity @param {number} specificity @param {number} prevalence each 0..1; NaN if nobody is above */
const ppvAt = (sensitivity, specificity, prevalence) =>
  sensitivity * prevalence / (sensitivity * prevalence + (1 - specificity) * (1 - prevalence));

/** The share that does not show it among those not above (NPV), at a prevalence.
 * @param {number} sensitivity @param {number} specificity @param {number} prevalence each 0..1 */
const npvAt = (sensitivity, specificity, prevalence) =>
  specificity * (1 - prevalence) / (specificity * (1 - prevalence) + (1 - sensitivity) * prevalence);

/**
 * PPV and NPV at a prevalence. Their intervals go from what both lower ends of sensitivity and specificity give to
 * what both upper ends give, so that they are wider than 95 % asks for.
 * @param {{ value: number, ci95: [number, number] }} sensitivity
 * @param {{ value: number, ci95: [number, number] }} specificity
 * @param {number} prevalence above 0 and below 1
 */
export function predictiveValues(sensitivity, specificity, prevalence) {
  const each = (/** @type {typeof ppvAt} */ at) => ({
    value: at(sensitivity.value, specificity.value, prevalence),
    ci95: /** @type {[number, number]} */ ([0, 1].map((end) =>
      at(sensitivity.ci95[end], specificity.ci95[end], prevalence))),
  });
  return { prevalence, ppv: each(ppvAt), npv: each(npvAt) };
}
