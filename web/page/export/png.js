/* png.js - one film and all its findings as a picture, with model, engine and notice.
 * SPDX-License-Identifier: MIT */
import { against, words } from "../base/format.js";
import { cardLine } from "../site-card/card-view.js";
import { firstOrder, inOrder } from "../results/finding-order.js";
import { text } from "../base/strings.js";

/** @typedef {import("./record.js").Record} Record */

const WIDTH = 1600;
const MARGIN = 48;
const FILM_SIDE = 720;
const ROW = 34;
/* Of a part of the foot, such as the notice: 26 pixels each. */
const MAX_LINES = 100;
const INK = "#16202a";
const FAINT = "#55616d";
const WARNING = "#7a3e00";
const FONT = "system-ui, sans-serif";
/* Left edges of the table's columns. */
const COLUMNS = [0, 230, 320, 430, 590];

/** @param {CanvasRenderingContext2D} pen @param {string} words_ @param {number} x @param {number} y
 * @param {{ size?: number, weight?: number, color?: string }} [style] */
function write(pen, words_, x, y, { size = 20, weight = 400, color = INK } = {}) {
  pen.font = `${weight} ${size}px ${FONT}`;
  pen.fillStyle = color;
  pen.fillText(words_, x, y);
}

/** A word in pieces that fit, most often one. @param {CanvasRenderingContext2D} pen @param {string} word
 * @param {number} width @returns {string[]} */
function piecesOf(pen, word, width) {
  const letters = [...word];
  if (letters.length < 2 || pen.measureText(word).width <= width) return [word];
  const half = letters.length >> 1;
  return [letters.slice(0, half), letters.slice(half)].flatMap((part) => piecesOf(pen, part.join(""), width));
}

/** A text broken into lines that fit. @param {CanvasRenderingContext2D} pen @param {string} content
 * @param {number} width @returns {string[]} */
function broken(pen, content, width) {
  const lines = [""];
  for (const word of content.split(/\s+/).flatMap((whole) => piecesOf(pen, whole, width))) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The lines of a text that have room: browsers draw no canvas of more than some ten thousand pixels.
 * @param {string[]} lines */
const shortened = (lines) => (lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), "\u2026"] : lines);

/** @param {CanvasRenderingContext2D} pen @param {HTMLCanvasElement} view @param {string} how it is shown @param {number} y */
function drawFilm(pen, view, how, y) {
  pen.fillStyle = "#000";
  pen.fillRect(MARGIN, y, FILM_SIDE, FILM_SIDE);
  const scale = Math.min(FILM_SIDE / view.width, FILM_SIDE / view.height);
  const [w, h] = [view.width * scale, view.height * scale];
  pen.drawImage(view, MARGIN + (FILM_SIDE - w) / 2, y + (FILM_SIDE - h) / 2, w, h);
  write(pen, `${text.exports.asShown} ${how}`, MARGIN, y + FILM_SIDE + 28, { size: 16, color: FAINT });
}

/** The caption of the attention map over the film, with its legend. @param {CanvasRenderingContext2D} pen
 * @param {import("../viewer/attention.js").Caption} caption @param {number} y */
function drawCaption(pen, { legend, from, to, lines }, y) {
  const style = { size: 16, color: FAINT };
  const data = pen.createImageData(legend.width, legend.height);
  data.data.set(legend.data);
  write(pen, from, MARGIN, y, style);
  pen.putImageData(data, MARGIN + 18, y - legend.height + 2);
  write(pen, to, MARGIN + 26 + legend.width, y, style);
  lines.forEach((line, i) => write(pen, line, MARGIN, y + 24 * (i + 1), style));
}

/** The name of a finding, and small below it the model's label where that is another.
 * @param {CanvasRenderingContext2D} pen @param {string} label @param {number} x @param {number} y @param {object} style */
function writeLabel(pen, label, x, y, style) {
  const [name, english] = [words(label), label.replaceAll("_", " ")];
  write(pen, name, x, name === english ? y : y - 6, style);
  if (name !== english) write(pen, english, x, y + 8, { size: 12, color: FAINT });
}

/** @param {CanvasRenderingContext2D} pen @param {import("../../engine/analysis.js").Finding[]} findings
 * @param {number} top */
function drawTable(pen, findings, top) {
  const strings = text.results;
  const left = MARGIN * 2 + FILM_SIDE;
  const line = (/** @type {string[]} */ cells, /** @type {number} */ y, /** @type {object} */ style) =>
    cells.forEach((cell, i) => write(pen, cell, left + COLUMNS[i], y, style));
  line([strings.finding, strings.score, strings.threshold, strings.verdict, strings.evidence], top + 20,
    { size: 16, color: FAINT });
  findings.forEach(({ label, score, threshold, above, evidence }, i) => {
    const verdict = above === null ? strings.noThreshold : above ? `\u25b2 ${strings.above}` : strings.below;
    const [y, style] = [top + 20 + ROW * (i + 1), { weight: above ? 650 : 400 }];
    writeLabel(pen, label, left, y, style);
    line(["", ...against(score, threshold), verdict, strings.evidences[evidence ?? "unknown"]], y, style);
  });
}

/** Model, engine and notice, one line each. @param {Record} record */
const originOf = ({ model, engine, siteCard, notice, createdAt }) => [
  notice,
  text.exports.columnRule,
  `${model.name}, ${model.dtype}, ${JSON.stringify(model.preprocessing)}, manifest SHA-256 ${model.sha256}`,
  `${engine.name} ${engine.version} (${engine.variant}), ${createdAt}`,
  ...(siteCard ? [cardLine(siteCard)] : []),
];

/**
 * @param {Record} record with the one film that is shown
 * @param {import("../films/reasons.js").FilmReason[]} reasons of that film
 * @param {HTMLCanvasElement} view the film as the viewer shows it
 * @param {import("../viewer/attention.js").Caption | null} caption of a map that lies over it
 * @param {string} how the film is shown: turned, mirrored, inverted, with which window
 * @returns {Promise<Blob>}
 */
export function pngOf(record, reasons, view, caption, how) {
  const [film] = record.films;
  const customFindings = (film.customFindings ?? []).map((finding) =>
    ({ ...finding, label: `${finding.label} (${text.results.custom})` }));
  const all = [...film.findings ?? [], ...customFindings];
  const findings = inOrder(all, firstOrder(all));
  const canvas = document.createElement("canvas");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.font = `400 17px ${FONT}`;
  const foot = originOf(record).flatMap((part) => shortened(broken(pen, part, WIDTH - 2 * MARGIN)));
  pen.font = `600 19px ${FONT}`;
  const warnings = reasons.flatMap(({ message }) => broken(pen, `\u26a0 ${message}`, WIDTH - 2 * MARGIN));
  const top = 126 + 26 * warnings.length;
  const body = 4 + top + Math.max(FILM_SIDE + (caption ? 132 : 60), ROW * (findings.length + 1) + 20);
  Object.assign(canvas, { width: WIDTH, height: body + 26 * foot.length + MARGIN });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const number = text.exports.film(film.film);
  write(pen, film.name ? `${number}: ${film.name}` : number, MARGIN, 64, { size: 30, weight: 650 });
  for (const [i, line] of [text.banner, ...warnings].entries()) {
    write(pen, line, MARGIN, 98 + 26 * i, { size: 19, color: WARNING, weight: 600 });
  }
  drawFilm(pen, view, how, top);
  if (caption) drawCaption(pen, caption, top + FILM_SIDE + 54);
  drawTable(pen, findings, top);
  foot.forEach((part, i) => write(pen, part, MARGIN, body + 26 * (i + 1), { size: 17, color: FAINT }));
  return new Promise((resolve, reject) => canvas.toBlob((blob) =>
    (blob ? resolve(blob) : reject(new Error("the browser made no PNG of the canvas")))));
}
