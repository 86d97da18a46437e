/* films.test.js - a program's test, of Jest or Vitest, that reads films.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

const { expect, test } = globalThis; // of either program

test("films from files and from bytes", async () => {
  const engine = await load({ model: demoModel, threads: 2 });
  const folder = `${process.cwd()}/../../files`;
  const bytes = await readFile(`${folder}/film.png`);
  const all = [await engine.analyze(bytes), await engine.analyze(new Uint8Array(bytes)), await engine.analyze(`${folder}/film.dcm`)];
  expect(all.map(({ findings }) => findings.length)).toEqual([14, 14, 14]);
  expect((await engine.explain(all[2], all[2].findings[0].label)).normalized.length).toBe(196);
  engine.dispose();
});
