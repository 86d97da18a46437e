/* app.js - what every set-up is made of: a page that uses the package and the element, and says what came of it.
 * SPDX-License-Identifier: MIT */
import { load } from "eva-x-web";
import "eva-x-web/element";

const FILMS = ["film.png", "film.dcm"];
const logitsOf = ({ findings }) => findings.map(({ logit }) => logit);
const said = ({ name, code, message, hint }) => ({ error: `${name}${code ? ` ${code}` : ""}: ${message} ${hint ?? ""}` });
const read = async (address) => (await fetch(address)).blob();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until somebody has pressed its button an element has no model. */
async function readIn(element, film, name) {
  for (;;) {
    const result = await element.analyze(film, { name }).catch((error) => error);
    if (!(result instanceof Error)) return logitsOf(result);
    if (/** @type {any} */ (result).code !== "STATE") throw result;
    await pause(50);
  }
}

globalThis.evax = {
  /** The logits of a PNG and of a JPEG 2000 DICOM film. files: address of the folder with films and model */
  async package(files, options = {}) {
    try {
      const engine = await load({ model: `${files}model/`, ...options });
      const all = [];
      for (const film of FILMS) all.push(logitsOf(await engine.analyze(await read(files + film))));
      engine.dispose();
      return all;
    } catch (error) {
      return said(error);
    }
  },
  /** The same of the element. */
  async element(files, attributes = {}) {
    const element = Object.assign(document.createElement("evax-xray"), { id: "evax" });
    for (const [name, value] of Object.entries({ model: `${files}model/`, results: "page", ...attributes })) {
      element.setAttribute(name, value);
    }
    document.body.append(element);
    const all = [];
    try {
      for (const film of FILMS) all.push(await readIn(element, await read(files + film), film));
      return all;
    } catch (error) {
      return said(error);
    }
  },
};
