/* small-numbers.test.js - numbers without a formatter are those of Intl, in every language of the page.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "../../../web/base/languages.js";
import { smallNumber } from "../../../web/base/small-numbers.js";

const VALUES = [0, 1, 9, 10, 99, 999, 0.1 + 0.2, 999.4, 1e-7, 4 / 3, 123.456, 0.99949, 99.9501, 22.3, 0.0049999];
/* Between two numbers of some digits, or nearly; 10.45 is less than that in bits, and 1.005, 0.615 and 8.345 too. */
const TIES = [0.5, 1.5, 2.5, 0.05, 0.25, 10.45, 1.005, 0.615, 8.345, 0.9995, 99.95, 0.285, 1.0049999999999999, 0.45000000000000007];
const DIGITS = [0, 1, 2, 3];
const signed = (values) => values.flatMap((value) => [value, -value]);

/** How many of these are written without a formatter, each as the formatter writes it. */
function written(values, language, digits) {
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return values.filter((value) => {
    const text = smallNumber(value, digits, language);
    if (text !== null) assert.equal(text, format.format(value), `${value} ${language} ${digits}`);
    return text !== null;
  }).length;
}

test("every number that is written without Intl is written as Intl does", () => {
  for (const language of Object.keys(LANGUAGES)) {
    for (const digits of DIGITS) {
      assert.equal(written(signed(VALUES), language, digits), 2 * VALUES.length - 1, "all but -0");
      assert.ok(written(signed(TIES), language, digits) >= TIES.length, "those that are no ties here");
    }
  }
});

test("the same for all sizes in kB and MB that have a tie or are beside one", () => {
  const sizes = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 20).flatMap((value) => [value - 1e-6, value, value + 1e-6]);
  for (const digits of DIGITS) assert.ok(written(sizes, "en", digits) > sizes.length / 2);
});

test("what has a separator of thousands, a sign or a script of its own is left to Intl", () => {
  for (const value of [1000, -1000, 999.5, 999.6, 1e21, Infinity, -Infinity, NaN, -0]) assert.equal(smallNumber(value, 0, "en"), null, `${value}`);
  assert.equal(smallNumber(1, 0, "ar"), null);
  assert.equal(smallNumber(999.4, 0, "en"), "999");
});

test("where four digits stay together, they are written as Intl writes them", () => {
  for (const language of Object.keys(LANGUAGES)) {
    const format = new Intl.NumberFormat(language, { useGrouping: /** @type {any} */ ("min2"), maximumFractionDigits: 20 });
    for (const value of [7, 999, 1000, 1024, 4000, 9999, -4000]) assert.equal(smallNumber(value, 0, language, 10_000), format.format(value));
    assert.equal(smallNumber(10_000, 0, language, 10_000), null);
  }
});
