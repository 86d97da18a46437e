/* page.test.js - a page's test, of Jest or Vitest in jsdom: the element is there, and what jsdom lacks is said.
 * SPDX-License-Identifier: MIT */
import { EvaxError, load } from "eva-x-web";
import "eva-x-web/element";

const { expect, test } = globalThis; // of either program

test("the element can be made and put into a page", () => {
  document.body.innerHTML = "<evax-xray model=\"/model/\"></evax-xray>";
  const element = document.querySelector("evax-xray");
  expect(typeof element.analyze).toBe("function");
  element.remove();
});

test("what cannot be loaded is an EvaxError", async () => {
  const error = await load("http://localhost:1/model/").catch((reason) => reason);
  expect(error).toBeInstanceOf(EvaxError);
});
