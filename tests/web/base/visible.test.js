/* Labels and names of others: nothing in them that cannot be seen or turns what is around them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLabel, sameLabel, visible } from "../../../web/base/visible.js";
import { itemsOf } from "../../../web/page/base/files.js";
import { printable } from "../../../tools/cli/base/report.js";

const HIDDEN = ["\0", "\n", "\u007f", "\u0085", "\u00ad", "\u034f", "\u061c", "\u200b", "\u200f", "\u2028", "\u202e",
  "\u2060", "\u2066", "\u3164", "\ufeff", "\udcf6", "\u{e0041}"];

test("a label is one visible line of at most 80 characters", () => {
  for (const good of ["Mass", "Pleural_Thickening", "Erguß", "肺炎", "a".repeat(80)]) assert.ok(isLabel(good), good);
  for (const bad of ["", " ", "a".repeat(81), null, 7, ...HIDDEN.map((one) => `Ma${one}ss`)]) {
    assert.ok(!isLabel(bad), JSON.stringify(bad));
  }
});

test("labels that look alike are the same", () => {
  assert.equal(sameLabel("Pleural_Thickening"), sameLabel(" pleural  thickening"));
  assert.equal(sameLabel("\uff2d\uff41\uff53\uff53"), sameLabel("Mass"));
  assert.notEqual(sameLabel("Mass"), sameLabel("Masses"));
});

test("names of files are shown without what cannot be seen, in the page and on the command line", () => {
  for (const one of HIDDEN) assert.equal(visible(`a${one}b`), "a?b");
  const [{ name }] = itemsOf([{ file: new File(["x"], "film\u202egnp.exe"), path: "film\u202egnp.exe" }], true).items;
  assert.equal(name, "film?gnp.exe");
  assert.equal(printable("Th\udcf6rax\u202e"), "Th\\xf6rax?");
});
