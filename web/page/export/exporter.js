/* exporter.js - the export panel: builds the JSON, CSV or PNG file and downloads it.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";
import { csvOf } from "./csv.js";
import { wideCsvOf } from "./wide-csv.js";
import { jsonOf } from "./json.js";
import { pngOf } from "./png.js";
import { recordOf } from "./record.js";
import { reasonsOf } from "../films/reasons.js";
import { download } from "../base/download.js";
import { text } from "../base/strings.js";

const strings = text.exports;

/** @typedef {import("../films/film-queue.js").Film} Film */

/**
 * @param {object} needs
 * @param {() => import("./record.js").Origin} needs.origin
 * @param {() => Film[]} needs.films
 * @param {() => Film | null} needs.shown the film in the viewer
 * @param {() => HTMLCanvasElement} needs.canvas of the viewer
 * @param {() => import("../viewer/attention.js").Caption | null} needs.caption of what lies over the film
 * @param {() => string} needs.how the film lies in the viewer, and its window, in words
 * @param {() => void} needs.onPrint
 * @param {(message: string) => void} needs.announce
 */
export function exporter({ origin, films, shown, canvas, caption, how, onPrint, announce }) {
  const names = h("input", { type: "checkbox" });
  const record = (/** @type {Film[]} */ chosen) =>
    recordOf(origin(), chosen, { names: names.checked, at: new Date() });
  const finish = (/** @type {Blob} */ blob, /** @type {string} */ ending) => {
    const name = `eva-x-results-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`;
    download(blob, name);
    announce(strings.done(name));
  };
  const savePicture = async () => {
    const film = shown();
    if (film?.result) finish(await pngOf(record([film]), reasonsOf(film), canvas(), caption(), how()), "png");
  };
  const way = (/** @type {string} */ label, /** @type {string} */ hint, /** @type {() => void} */ act) => h("li", {},
    h("button", { type: "button", onclick: act }, label), h("span", { class: "fine" }, hint));
  return h("section", { class: "exports", "aria-label": strings.heading },
    h("h2", {}, strings.heading),
    h("ul", { class: "export-ways" },
      way(strings.json, strings.jsonHint, () => finish(jsonOf(record(films())), "json")),
      way(strings.csv, strings.csvHint, () => finish(csvOf(record(films())), "csv")),
      way(strings.wideCsv, strings.wideCsvHint, () => finish(wideCsvOf(record(films())), "csv")),
      way(strings.png, strings.pngHint, savePicture),
      way(strings.print, strings.printHint, onPrint)),
    h("label", { class: "check" }, names, strings.names),
    h("p", { class: "fine" }, strings.namesHint));
}
