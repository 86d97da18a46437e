/* touch.test.js - fingers on the film: pinch, two fingers, two taps, one finger in the modes, and the page that scrolls; on a
 * page as wide as a desk's, as a phone's, and in an article's column.
 *
 * Chromium's and Firefox' drivers send touches as a screen does. WebKitGTK's takes every finger for the mouse: there the
 * pointer events that a finger would make are made by a script, and whether the page scrolls is not seen.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, buildSite, clickInRoom, inRoom, openServer, roomOf, thereInRoom, untilRoom, waitFor } from "./stage.js";

/** @typedef {[number, number]} Point from the middle of the film */

/* Places where the film is: a file of the site, and the window. */
const PLACES = {
  "a page of a desk": { file: "index.html", width: 1280, height: 900 },
  "a page of a phone": { file: "index.html", width: 390, height: 844 },
  "a column of 320 px": { file: "article.html", width: 390, height: 844 },
};

after(closeBrowsers);

for (const name of CHOSEN) {
  describe(name, () => {
    let browser, folder, host;
    before(async () => {
      folder = await buildSite(`site-touch-${name}`, [`${REPOSITORY}web/site/index.html`, `${REPOSITORY}tests/browser/host.html`]);
      host = await readFile(`${folder}/host.html`, "utf8");
      browser = await sharedBrowser(name);
    });

    /** A page with a film on the screen. */
    async function openFilm(t, { file, width, height }) {
      const server = await openServer(t, folder);
      server.fault("article.html", (_, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        const text = "<p style=\"margin: 0; block-size: 300px\">An article.</p>";
        response.end(host.replace("<title>", "<meta name=\"viewport\" content=\"width=device-width\"><title>")
          .replace("<evax-xray", `${text}<evax-xray style="inline-size: 320px; block-size: 600px"`).replace("</evax-xray>", `</evax-xray>${text.repeat(6)}`));
        return true;
      });
      const context = await browser.createBrowserContext();
      t.after(() => context.close());
      const page = await context.newPage();
      await page.setViewport(name === "chromium" ? { width, height, hasTouch: true, isMobile: width < 500 } : { width, height });
      await page.goto(server.url + file);
      await clickInRoom(page, ".primary");
      await page.evaluate(async (film) => {
        const blob = await (await fetch(film)).blob();
        void document.querySelector("evax-xray").open(new File([blob], "film.png"));
      }, "model/samples/nih_00000001_000.png");
      await thereInRoom(page, ".viewer:not(.blank)");
      return page;
    }

    /** The middle of the film in the room, from the corner of the window; of the page if there is an element in it. */
    async function middleOf(page) {
      const inside = await inRoom(page, (root) => {
        const { left, top, width, height } = root.querySelector(".viewport").getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      });
      const { left, top } = await page.evaluate(() => document.querySelector("evax-xray").getBoundingClientRect().toJSON());
      return { x: inside.x + left, y: inside.y + top };
    }

    /* fingers(page, ...gestures): each is a list of steps; puts down as many fingers as the first step has points, moves them
     * from step to step, lifts them. What is given at once follows as fast as the driver can: two taps are told by their time. */
    const fingers = {
      async chromium(page, ...gestures) {
        const { x, y } = await middleOf(page);
        const devTools = await page.createCDPSession();
        const send = (type, points) => devTools.send("Input.dispatchTouchEvent",
          { type, touchPoints: points.map(([dx, dy], id) => ({ x: x + dx, y: y + dy, id })) });
        await Promise.all(gestures.flatMap((steps) =>
          [...steps.map((points, i) => send(i ? "touchMove" : "touchStart", points)), send("touchEnd", [])]));
        await devTools.detach();
      },
      async firefox(page, ...gestures) {
        const { x, y } = await middleOf(page);
        for (const [first, ...more] of gestures) {
          const down = [];
          for (const [dx, dy] of first) down.push(await page.touchscreen.touchStart(x + dx, y + dy));
          for (const points of more) for (const [i, [dx, dy]] of points.entries()) await down[i].move(x + dx, y + dy);
          for (const finger of down) await finger.end();
        }
      },
      webkit: (page, ...gestures) => inRoom(page, (root, all) => {
        const film = root.querySelector(".viewport");
        film.setPointerCapture = () => {}; // of pointers that there are not
        const { left, top, width, height } = film.getBoundingClientRect();
        const tell = (type, points) => points.forEach(([dx, dy], i) => film.dispatchEvent(new PointerEvent(type, { pointerId: 100 + i,
          pointerType: "touch", bubbles: true, composed: true, isPrimary: i === 0, clientX: left + width / 2 + dx, clientY: top + height / 2 + dy })));
        for (const steps of all) {
          steps.forEach((points, i) => tell(i ? "pointermove" : "pointerdown", points));
          tell("pointerup", steps.at(-1));
        }
      }, gestures),
    }[name];

    const percent = (page) => inRoom(page, (root) => Number.parseInt(root.querySelector(".percent").textContent, 10));
    const windowNow = (page) => inRoom(page, (root) => [...root.querySelectorAll(".numbers input")].map(({ value }) => Number(value)));
    const touchAction = (page) => inRoom(page, (root) => getComputedStyle(root.querySelector(".viewport")).touchAction);
    const zoomed = (page, from, to) => untilRoom(page, (root, wanted) =>
      Math.abs(Number.parseInt(root.querySelector(".percent").textContent, 10) / wanted - 1) < 0.12, from * to);
    /** A place of the film: what is drawn in the middle of the canvas. */
    const seen = async (page) => {
      await (await roomOf(page)).evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))); }));
      return inRoom(page, (root) => {
        const canvas = root.querySelector(".viewport canvas");
        return [...canvas.getContext("2d").getImageData(canvas.width >> 1, canvas.height >> 1, 24, 24).data].join();
      });
    };

    for (const [where, place] of Object.entries(PLACES)) {
      test(`${where}: two fingers zoom and move, two taps go back and come closer, one finger sets the window`, async (t) => {
        const page = await openFilm(t, place);
        const before = await percent(page);
        assert.equal(await touchAction(page), "pan-y", "one finger scrolls the page as long as all of the film is seen");
        /** @type {(dx: number, dy: number) => Point[][]} */
        const pinch = (dx, dy) => [1, 1.5, 2, 3].map((times) => [[-dx * times, -dy * times], [dx * times, dy * times]]);
        await fingers(page, pinch(25, 0));
        await zoomed(page, before, 3);
        assert.equal(await touchAction(page), "none", "one finger moves the film");
        const one = await seen(page);
        await fingers(page, [[[-40, 0], [40, 0]], [[-40, 20], [40, 20]], [[-40, 40], [40, 40]]]);
        assert.notEqual(await seen(page), one, "two fingers moved nothing");
        await zoomed(page, before, 3);
        for (const times of [1, 2.5, 1]) {
          await fingers(page, [[[0, 0]]], [[[0, 0]]]);
          await zoomed(page, before, times);
        }
        await fingers(page, pinch(0, 25));
        await zoomed(page, before, 3);
        await inRoom(page, (root) => root.querySelector("[aria-label='Window and level by dragging']").click());
        assert.equal(await touchAction(page), "none", "also when all of the film is seen");
        const [, width] = await windowNow(page);
        await fingers(page, [[[0, 0]], [[30, 0]], [[60, 0]]]);
        assert.ok((await windowNow(page))[1] > width, "one finger does not widen the window");
      });
    }

    test("the page around scrolls under a finger on the film and beside it", { skip: name !== "chromium" && "its driver's touches scroll nothing" }, async (t) => {
      const page = await openFilm(t, PLACES["a column of 320 px"]);
      const scrolled = async (what, steps) => {
        const from = await page.evaluate(() => { scrollTo(0, 250); return scrollY; });
        await fingers(page, steps);
        await waitFor(async () => await page.evaluate(() => scrollY) >= from + 40, () => `scrolling by a finger ${what}`);
      };
      const up = (dx) => [0, -20, -40, -60, -80, -100, -120].map((dy) => /** @type {Point[]} */ ([[dx, dy]]));
      await scrolled("on the film", up(0));
      await scrolled("beside it", up(190));
    });
  });
}
