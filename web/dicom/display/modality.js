/* modality.js - the modality step: stored values to values of the maker's own scale, by a line or a
 * table (PS3.3, C.11.1).
 * SPDX-License-Identifier: MIT */
import { lookUp, readLut } from "./lut.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("./lut.js").Range} Range */

/** @typedef {object} Modality
 * @property {(value: number) => number} valueOf
 * @property {[number, number] | null} rescale slope and intercept, if they change anything
 * @property {boolean} table whether a table did it
 * @property {string} doubt why the file's own step was not taken as it stands; "" if it was
 */

/** @param {DataSet} set @param {string} doubt @returns {Modality} */
function lineOf(set, doubt) {
  const [slope, intercept] = [set.decimal("slope"), set.decimal("intercept")];
  const doubts = [doubt];
  if (!slope.clean || !intercept.clean) {
    doubts.push("The file's rescale slope or intercept is not a plain number; "
      + `${slope.value ?? 1} and ${intercept.value ?? 0} were read.`);
  }
  // A slope of 0 would make every value the same: nobody means that.
  const zero = slope.value === 0;
  if (zero) doubts.push("The file's rescale slope is 0; its samples were not rescaled.");
  const [m, b] = zero ? [1, 0] : [slope.value ?? 1, intercept.value ?? 0];
  return {
    valueOf: (value) => value * m + b, table: false, rescale: m === 1 && b === 0 ? null : [m, b],
    doubt: doubts.filter(Boolean).join(" "),
  };
}

/**
 * @param {DataSet} set
 * @param {Range} stored values that there can be
 * @returns {Modality}
 */
export function modalityOf(set, stored) {
  const item = set.item("modalityLut");
  const { lut, fault } = item ? readLut(item, "lutDescriptor", "lutData", stored) : { lut: null, fault: "" };
  if (lut) return { valueOf: (value) => lookUp(lut, value), rescale: null, table: true, doubt: "" };
  return lineOf(set, fault && `The file's modality lookup table cannot be used: ${fault}.`);
}
