/* table.test.js - the table of films with thousands of rows: a few dozen are elements, keys reach every one;
 * sorting, filtering and scrolling make the rows that are seen (times: measure-table.js).
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

    test("sorting, an update and scrolling make the rows that come onto the screen, and no other", async (t) => {
      const page = await openTable(t);
      const made = await page.evaluate(async () => {
        const { root, table } = globalThis.evax.shown;
        const frame = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
        let count = 0;
        new MutationObserver((records) => {
          for (const { addedNodes } of records) count += addedNodes.length;
        }).observe(root.querySelector("tbody"), { childList: true });
        const rowsMade = async (work) => {
          await frame();
          count = 0;
          await work();
          await frame();
          return count;
        };
        const scroller = root.querySelector(".table-scroll");
        const rowHeight = root.querySelector("tbody tr:not(.space)").getBoundingClientRect().height;
        const scrolled = (rows, times) => rowsMade(async () => {
          for (let i = 0; i < times; i++) {
            scroller.scrollTop += rows * rowHeight;
            await frame();
          }
        });
        const sort = await rowsMade(() => [...root.querySelectorAll("thead button")].at(-1).click());
        return { sort, update: await rowsMade(() => table.update()), wheel: await scrolled(3, 20), bar: await scrolled(500, 5),
          shown: root.querySelectorAll("tbody tr:not(.space)").length };
      });
      const { shown } = made;
      assert.equal(made.update, 0);
      assert.ok(made.sort > 0 && made.sort <= shown, JSON.stringify(made));
      assert.ok(made.wheel >= 60 && made.wheel <= 60 + shown, JSON.stringify(made));
      assert.ok(made.bar >= shown && made.bar <= 5 * shown, JSON.stringify(made));
    });
  });
}
