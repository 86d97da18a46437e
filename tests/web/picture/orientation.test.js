/* orientation.test.js - pictures turned and mirrored, against a plain list of where each pixel goes.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, inverse, orient, orientArea, orientPoint, orientedSize } from "../../../web/picture/orientation.js";

const ALL = [0, 1, 2, 3].flatMap((turns) => [false, true].map((flip) => ({ turns, flip })));
const done = (work) => {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
};
const LETTERS = { width: 3, height: 2, data: Uint8Array.from("abcdef", (c) => c.charCodeAt(0)) };
const rows = ({ width, data }) => String.fromCharCode(...data).match(new RegExp(`.{${width}}`, "g")).join(" ");

test("a quarter turn is clockwise, and a flip exchanges left and right before it", () => {
  const lie = (turns, flip) => rows(done(orient(LETTERS, { turns, flip })));
  assert.deepEqual([0, 1, 2, 3].map((turns) => lie(turns, false)), ["abc def", "da eb fc", "fed cba", "cf be ad"]);
  assert.deepEqual([0, 1].map((turns) => lie(turns, true)), ["cba fed", "fc eb da"]);
});

test("two orientations one after the other are their composition, and the inverse undoes one", () => {
  for (const first of ALL) {
    const once = done(orient(LETTERS, first));
    assert.equal(rows(done(orient(once, inverse(first)))), "abc def");
    for (const second of ALL) {
      assert.equal(rows(done(orient(once, second))), rows(done(orient(LETTERS, compose(first, second)))), JSON.stringify([first, second]));
    }
  }
});

test("channels stay together, and values of 16 bits and reals stay what they are", () => {
  const colored = done(orient({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }, { turns: 2, flip: false }));
  assert.deepEqual([...colored.data], [4, 5, 6, 1, 2, 3]);
  assert.deepEqual(done(orient({ width: 1, height: 2, data: Uint16Array.of(40_000, 7) }, { turns: 1, flip: false })).data, Uint16Array.of(7, 40_000));
  assert.deepEqual(done(orient({ width: 2, height: 1, data: Float32Array.of(0.5, -1) }, { turns: 0, flip: true })).data, Float32Array.of(-1, 0.5));
});

test("a point and an area go where the pixels go", () => {
  for (const orientation of ALL) {
    const out = done(orient(LETTERS, orientation));
    assert.deepEqual({ width: out.width, height: out.height }, orientedSize(LETTERS, orientation));
    LETTERS.data.forEach((letter, i) => {
      const { x, y } = orientPoint({ x: i % 3 + 0.5, y: Math.floor(i / 3) + 0.5 }, LETTERS, orientation);
      assert.equal(out.data[Math.floor(y) * out.width + Math.floor(x)], letter);
    });
  }
  assert.deepEqual(orientArea({ x: 0, y: 0, width: 1, height: 2 }, LETTERS, { turns: 1, flip: false }), { x: 0, y: 0, width: 2, height: 1 });
});
