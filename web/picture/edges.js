/* edges.js - which side of the patient lies at which edge of the screen, by what the file says of its rows and columns.
 * SPDX-License-Identifier: MIT */
import { UPRIGHT, orientPoint } from "./orientation.js";

/** @typedef {import("./orientation.js").Orientation} Orientation */
/** In letters: L and R, the patient's left and right; H and F, head and feet; A and P, front and back.
 * @typedef {{ left: string, right: string, top: string, bottom: string }} Edges */

/** @type {Record<string, string>} */
const OPPOSITE = { L: "R", R: "L", H: "F", F: "H", A: "P", P: "A" };

/** @param {string} word of letters */
const opposite = (word) => [...word].map((letter) => OPPOSITE[letter]).join("");

/** @typedef {[string, string] | null} Directions where rows and columns run */

/** @param {Directions} directions of the film as stored @param {Orientation} [orientation] in which it lies
 * @returns {Edges | null} null where the file does not say */
export function edgesOf(directions, orientation = UPRIGHT) {
  if (!directions) return null;
  const [right, bottom] = turnedDirections(directions, orientation);
  return { left: opposite(right), right, top: opposite(bottom), bottom };
}

/** Where rows and columns of a film run once it was turned. @param {[string, string]} directions @param {Orientation} orientation
 * @returns {[string, string]} */
export function turnedDirections([rows, columns], orientation) {
  const [size, middle] = [{ width: 0, height: 0 }, { x: 0, y: 0 }];
  const along = (/** @type {{ x: number, y: number }} */ step) => {
    const [from, to] = [middle, step].map((point) => orientPoint(point, size, orientation));
    return { x: to.x - from.x, y: to.y - from.y };
  };
  const [row, column] = [along({ x: 1, y: 0 }), along({ x: 0, y: 1 })];
  const word = (/** @type {"x" | "y"} */ axis) => {
    const [step, name] = row[axis] ? [row[axis], rows] : [column[axis], columns];
    return step > 0 ? name : opposite(name);
  };
  return [word("x"), word("y")];
}
