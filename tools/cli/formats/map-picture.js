/* map-picture.js - draws an attention map over its film, with caption and legend, as RGB pixels.
 * SPDX-License-Identifier: MIT */
import { layerOf, legendOf, paint } from "../../../web/picture/heatmap.js";
import { draw, lookOf, pyramidOf } from "../../../web/picture/pyramid.js";
import { PLAIN, fit } from "../../../web/picture/viewport.js";
import { yieldToEventLoop } from "../../../web/base/yield-to-event-loop.js";
import { write } from "./bitmap-font.js";

/** @typedef {import("../../../web/evax.js").Analysis} Analysis */
/** @typedef {import("../../../web/evax.js").AttentionMap} AttentionMap */

const SIDE = 800;    // pixels of the film's longer side
const WIDTH = 832;   // of the picture
const MARGIN = 16;
const LINE = 24;
const STYLE = { contours: false, opacity: 0.6 };

const TEXT = {
  moves: "Shows what moved the score, not where disease is.",
  notice: "Research tool, not a medical device.",
};

/** Copies a picture into another. @param {import("../../../web/picture/heatmap.js").Image} into
 * @param {import("../../../web/picture/heatmap.js").Image} from @param {number} x @param {number} y */
function place(into, from, x, y) {
  for (let row = 0; row < from.height; row++) {
    const line = from.data.subarray(4 * row * from.width, 4 * (row + 1) * from.width);
    into.data.set(line, 4 * ((y + row) * into.width + x));
  }
}

/** @param {number} width @param {number} height */
const blank = (width, height) =>
  ({ width, height, data: new Uint8ClampedArray(4 * width * height) });

/** The film with the map over it. @param {AttentionMap} map @param {number} top of the scale
 * @param {NonNullable<Analysis["picture"]>} picture */
async function filmWith(map, top, picture) {
  const scale = SIDE / Math.max(picture.width, picture.height);
  const size = (/** @type {number} */ side) => Math.max(Math.round(side * scale), 1);
  const film = blank(size(picture.width), size(picture.height));
  draw(film, await pyramidOf(picture, yieldToEventLoop), fit(picture, film), lookOf(PLAIN));
  const area = map.area ?? { x: 0, y: 0, ...picture };
  const at = { x: area.x * scale, y: area.y * scale,
    width: area.width * scale, height: area.height * scale };
  paint(film, layerOf(map, top), at, STYLE);
  return film;
}

/**
 * @param {AttentionMap} map
 * @param {number} top of the scale, which all findings of the film share
 * @param {Analysis} analysis with its picture
 * @returns {Promise<import("../../../web/picture/heatmap.js").Image>}
 */
export async function mapPicture(map, top, { findings, picture }) {
  if (!picture) throw new TypeError("an analysis with its picture is needed");
  const film = await filmWith(map, top, picture);
  const image = blank(WIDTH, film.height + 5 * LINE + 3 * MARGIN);
  place(image, film, Math.floor((WIDTH - film.width) / 2), MARGIN);
  const { score, threshold } = findings.find(({ label }) => label === map.label) ?? findings[0];
  const against = threshold === null ? "" : ` (threshold ${threshold.toFixed(3)})`;
  const y = film.height + 2 * MARGIN;
  write(image, `${map.label}: score ${score.toFixed(3)}${against}`, MARGIN, y);
  write(image, `Attention map by ${map.method}`, MARGIN, y + LINE);
  write(image, "0", MARGIN, y + 2 * LINE);
  place(image, legendOf(360, 16, STYLE), 2 * MARGIN, y + 2 * LINE);
  write(image, "largest of all findings", 2 * MARGIN + 372, y + 2 * LINE);
  write(image, TEXT.moves, MARGIN, y + 3 * LINE);
  write(image, TEXT.notice, MARGIN, y + 4 * LINE);
  return image;
}
