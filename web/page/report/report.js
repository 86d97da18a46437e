/* report.js - films on paper: the film as it is, what identifies it, every finding with its evidence, every reason to doubt
 * them, and which model read it.
 * SPDX-License-Identifier: MIT */
import { layerOf, legendOf, paint } from "../../picture/heatmap.js";
import { draw, pyramidNow } from "../../picture/pyramid.js";
import { PLAIN } from "../../picture/viewport.js";
import { against, fraction, stored, wordsAndLabel } from "../base/format.js";
import { h } from "../base/dom.js";
import { language } from "../base/language.js";
import { reasonsOf } from "../films/reasons.js";
import { paintMeasures } from "../viewer/lines.js";
import { calibrationWords, measuresOn, unitOf } from "../viewer/measures.js";
import { shadesOf } from "../../picture/gray-scale.js";
import { Placement } from "../viewer/placement.js";
import { firstOrder, inOrder } from "../results/finding-order.js";
import { cardLine } from "../site-card/card-view.js";
import { phrase } from "../base/phrases.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../export/record.js").Origin} Origin */
/** @typedef {import("../../engine/attention-map.js").AttentionMap} AttentionMap */
/** What is on one film's sheet. maps: of findings above their threshold; none if they are not wanted
 * @typedef {{ film: Film, views: Views, maps: AttentionMap[], names: boolean }} Sheet */

const strings = text.report;
const cols = text.results;
/* Of a film on paper, and of a film under a map: pixels of the longer side. */
const FILM_SIDE = 1200;
const MAP_SIDE = 360;
const MAP_STYLE = { contours: false, opacity: 0.6 };
const LEGEND = { width: 160, height: 10 };
/* Lines and their lengths are drawn for a film of this width in the unit of style sheets: on paper they are smaller. */
const SHOWN_WIDTH = 480;

/** A canvas with all of a film, at its own aspect ratio. @param {Views} views @param {number} side the longer one
 * @param {{ map?: AttentionMap, measures?: readonly import("../viewer/measures.js").Measure[] }} over it */
function pictureOf({ film, scale, facts }, side, { map, measures = [] }) {
  const placement = new Placement();
  placement.set(film, facts?.pixelRatio ?? 1);
  const { size } = placement;
  const smaller = Math.min(1, side / Math.max(size.width, size.height));
  const canvas = h("canvas", { width: Math.round(size.width * smaller), height: Math.round(size.height * smaller), role: "img" });
  placement.resize(canvas);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(canvas.width, canvas.height);
  draw(image, pyramidNow(film), placement.view, shadesOf(scale?.plain ?? PLAIN, scale), size);
  if (map?.area) paint(image, layerOf(map, null), placement.areaOnScreen(map.area), MAP_STYLE);
  pen.putImageData(image, 0, 0);
  paintMeasures(pen, { measures, place: (point) => placement.toScreen(point), unit: unitOf(facts, measures), density: canvas.width / SHOWN_WIDTH });
  return canvas;
}

/** The scale of the maps. */
function legendView() {
  const canvas = h("canvas", { ...LEGEND, role: "img", "aria-label": text.attention.legend(text.attention.topOfOne) });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(LEGEND.width, LEGEND.height);
  image.data.set(legendOf(LEGEND.width, LEGEND.height, MAP_STYLE).data);
  pen.putImageData(image, 0, 0);
  return h("p", { class: "report-legend" }, "0", canvas, `${text.attention.topOfOne}. ${text.attention.meaning}`);
}

/** @param {Film} film */
function tableOf({ result }) {
  const { findings = [], customFindings = [] } = result ?? {};
  const all = [...findings, ...customFindings];
  const heads = [cols.finding, cols.score, cols.threshold, cols.verdict, cols.evidence, `${cols.sensitivity} / ${cols.specificity}`];
  const row = (/** @type {import("../../engine/analysis.js").Finding} */ finding) => {
    const { label, score, threshold, above, evidence, sensitivity, specificity } = finding;
    const name = customFindings.includes(finding) ? `${label} (${cols.custom})` : wordsAndLabel(label);
    const verdict = above === null ? cols.noThreshold : above ? `\u25b2 ${cols.above}` : cols.below;
    return h("tr", { class: above ? "is-above" : null }, h("th", { scope: "row" }, name),
      ...[...against(score, threshold), verdict, cols.evidences[evidence ?? "unknown"],
        `${fraction(sensitivity)} / ${fraction(specificity)}`].map((cell) => h("td", {}, cell)));
  };
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...inOrder(all, firstOrder(all)).map(row)));
}

/** @param {Film} film */
const reasonsView = (film) => {
  const reasons = reasonsOf(film);
  return reasons.length > 0 && h("div", { class: "report-reasons" }, h("h3", {}, strings.reasons),
    h("ul", {}, ...reasons.map(({ message }) => h("li", {}, message))));
};

/** @param {Film} film @param {boolean} names */
function identityOf({ id, name, result }, names) {
  const { view = "", laterality = "", modality = "" } = result?.input.dicom ?? {};
  const facts = [view, laterality, modality].filter((word) => word && word !== "other").join(" ");
  return [text.exports.film(id), names && name, facts, result && stored(result.input)].filter(Boolean).join(" \u00b7 ");
}

/** @param {Origin} origin */
const originOf = ({ model, dtype, modelHash, version, variant, siteCard, notice }) => h("div", { class: "report-origin" },
  h("p", {}, `${model}, ${dtype}; SHA-256 `, h("code", {}, modelHash)),
  h("p", {}, `eva-x-web ${version}, ${variant}. ${text.exports.columnRule}`),
  siteCard && h("p", {}, cardLine(siteCard)),
  ...notice.split("\n").filter(Boolean).map((line) => h("p", {}, line)));

/** @param {Sheet} sheet @param {Origin} origin @param {Date} at */
export function sheetOf({ film, views, maps, names }, origin, at) {
  const measures = measuresOn(film, views.film), calibration = calibrationWords(unitOf(views.facts, measures));
  const picture = pictureOf(views, FILM_SIDE, { measures });
  picture.setAttribute("aria-label", text.exports.film(film.id));
  const drawn = maps.map((map) => h("figure", {}, pictureOf(views, MAP_SIDE, { map }),
    h("figcaption", {}, text.attention.shown(wordsAndLabel(map.label)))));
  return h("article", { class: "report-film" },
    h("header", {}, h("div", { class: "report-identity" },
      h("h2", {}, identityOf(film, names)), h("p", {}, strings.made(at.toLocaleString(language()))), h("p", { class: "report-banner" }, text.banner))),
    h("div", { class: "report-sheet" }, h("div", { class: "report-body" }, h("figure", { class: "report-picture" }, picture),
      h("div", {}, reasonsView(film), tableOf(film), calibration && h("p", {}, calibration),
        film.result && film.result.input.notes.length > 0 && h("p", {}, `${cols.treated}: ${film.result.input.notes.map((note) => phrase(note)).join(" ")}`))),
    drawn.length > 0 && h("div", { class: "report-maps" }, ...drawn, legendView()),
    originOf(origin)));
}
