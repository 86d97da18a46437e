/* table.test.js - the table of films with thousands of rows: a few dozen are elements, keys reach every one, and sorting,
 * filtering and scrolling take the times that it prints.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, openHarness, openServer } from "./stage.js";

const FILMS = 5000;
after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    const openTable = async (t, count = FILMS) => {
      const page = await openHarness(t, await sharedBrowser(name), await openServer(t, REPOSITORY),
        { file: "tests/browser/table.html" });
      await page.setViewport({ width: 1200, height: 800 });
      await page.evaluate((films) => { globalThis.evax.shown = globalThis.evax.open(films); }, count);
      return page;
    };
    /** What the table shows now. */
    const state = (page) => page.evaluate(async () => {
      await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
      const { root, opened } = globalThis.evax.shown;
      const rows = [...root.querySelectorAll("tbody tr:not(.space)")];
      return { names: rows.map((row) => row.querySelector("th").textContent), opened,
        indices: rows.map((row) => Number(row.getAttribute("aria-rowindex"))), count: root.querySelector("[role=status]").textContent,
        focus: root.activeElement?.textContent ?? "", total: root.querySelector("table").getAttribute("aria-rowcount") };
    });
    const press = (page, key) => page.keyboard.press(key);

    test(`of ${FILMS} rows some dozens are elements, wherever it is scrolled to`, async (t) => {
      const page = await openTable(t);
      const top = await state(page);
      assert.equal(top.total, String(FILMS + 1));
      assert.match(top.count, /^5[,.]?000 of 5[,.]?000 films$/);
      assert.deepEqual([top.names[0], top.indices[0]], ["film-1.dcm", 2]);
      assert.ok(top.names.length > 8 && top.names.length < 50, `${top.names.length} rows`);
      await page.evaluate(() => { globalThis.evax.shown.root.querySelector(".table-scroll").scrollTop = 1e9; });
      const bottom = await state(page);
      assert.deepEqual([bottom.names.at(-1), bottom.indices.at(-1)], [`film-${FILMS}.dcm`, FILMS + 1]);
      assert.ok(bottom.names.length < 50);
    });

    test("arrow keys, Home and End move the focus to every row; Enter opens its film", async (t) => {
      const page = await openTable(t);
      await page.evaluate(() => globalThis.evax.shown.root.querySelector("tbody button").focus());
      await press(page, "ArrowDown");
      assert.equal((await state(page)).focus, "film-2.dcm");
      await press(page, "End");
      assert.equal((await state(page)).focus, `film-${FILMS}.dcm`);
      await press(page, "ArrowUp");
      await press(page, "Enter");
      assert.deepEqual((await state(page)).opened, [FILMS - 1]);
      await press(page, "Home");
      assert.equal((await state(page)).focus, "film-1.dcm");
      await page.evaluate(() => globalThis.evax.shown.table.update());
      assert.equal((await state(page)).focus, "film-1.dcm", "an update keeps the focus");
    });

    test("it is sorted and filtered by any finding", async (t) => {
      const page = await openTable(t, 300);
      const expected = await page.evaluate(() => {
        const { score, LABELS } = globalThis.evax;
        const all = Array.from({ length: 300 }, (_, i) => i + 1);
        const by = (finding) => [...all].sort((a, b) => score(b, finding) - score(a, finding));
        return { hernia: by(LABELS.indexOf("Hernia")).map((id) => `film-${id}.dcm`),
          above: all.filter((id) => score(id, 4) > 0.9 && id % 10 === 0).map((id) => `film-${id}.dcm`) };
      });
      const click = (label) => page.evaluate((wanted) => [...globalThis.evax.shown.root.querySelectorAll("thead button")]
        .find((button) => button.textContent === wanted).click(), label);
      await click("Hernia");
      const sorted = await state(page);
      assert.deepEqual(sorted.names, expected.hernia.slice(0, sorted.names.length));
      await click("No.");
      await page.evaluate(() => {
        const [finding, side, warnings] = globalThis.evax.shown.root.querySelectorAll("select");
        [finding.value, side.value, warnings.value] = ["Mass", "above", "with"];
        warnings.dispatchEvent(new Event("input", { bubbles: true }));
      });
      assert.deepEqual((await state(page)).names, expected.above);
    });

    test("sorting, an update and scrolling through all rows are quick", async (t) => {
      const page = await openTable(t);
      const found = await page.evaluate(async () => {
        const { root, table } = globalThis.evax.shown;
        const timed = (work) => {
          const start = performance.now();
          work();
          root.querySelector("tbody").getBoundingClientRect(); // laid out
          return performance.now() - start;
        };
        const buttons = [...root.querySelectorAll("thead button")];
        const sort = Math.max(...buttons.slice(-3).map((button) => timed(() => button.click())));
        const update = timed(() => table.update());
        const scroller = root.querySelector(".table-scroll");
        const scrolled = async (rows) => {
          const frames = [];
          const step = (rows * scroller.scrollHeight) / root.querySelector("table").getAttribute("aria-rowcount");
          scroller.scrollTop = 0;
          for (let i = 0, last = performance.now(); i < 100; i++) {
            scroller.scrollTop += step;
            await new Promise((resolve) => { requestAnimationFrame(resolve); });
            const now = performance.now();
            frames.push(now - last);
            last = now;
          }
          return frames.sort((x, y) => x - y)[50];
        };
        return { sort, update, wheel: await scrolled(3), bar: await scrolled(50) };
      });
      t.diagnostic(`${FILMS} films, ${name}: sort ${found.sort.toFixed(0)} ms, update ${found.update.toFixed(0)} ms; a frame `
        + `while scrolling 3 rows a frame ${found.wheel.toFixed(0)} ms, 50 rows a frame ${found.bar.toFixed(0)} ms`);
      assert.ok(found.sort < 1000 && found.update < 1000, JSON.stringify(found));
      assert.ok(found.wheel < 100 && found.bar < 250, JSON.stringify(found));
    });
  });
}
