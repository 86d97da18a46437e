/* attention.js - the map of the finding that is chosen: how it is made and drawn, its legend, and its meaning.
 *
 * Off at first. Once on, the maps of all findings of the film are computed, because they share one
 * scale. Nothing here changes a score.
 * SPDX-License-Identifier: MIT */
import { METHODS } from "../../engine/attention-map.js";
import { words } from "../base/format.js";
import { fill, h } from "../base/dom.js";
import { layerOf, legendOf, topOf } from "../../picture/heatmap.js";
import { wordsOf } from "../base/problem.js";
import { text } from "../base/strings.js";
import { clamp } from "../../picture/viewport.js";

/** @typedef {import("../../engine/engine.js").Analysis} Analysis */
/** @typedef {import("../../engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("../../engine/attention-map.js").Method} Method */
/** What the viewer draws over a film. @typedef {object} Overlay
 * @property {import("../../picture/heatmap.js").Layer} layer
 * @property {import("../../picture/heatmap.js").Style} style
 * @property {import("../../engine/attention-map.js").Area} area of the film; all of what the model saw */
/** What an exported picture says under the film.
 * @typedef {{ legend: import("../../picture/heatmap.js").Image, from: string, to: string, lines: string[] }} Caption */

const strings = text.attention;
const LEGEND = { width: 240, height: 12 };
const OPACITY_STEP = 0.1;

/** The finding that is shown first: the highest score among those above their threshold, else of all.
 * @param {Analysis} analysis */
function firstLabel({ findings }) {
  const above = findings.filter((finding) => finding.above);
  const best = (above.length ? above : findings).reduce((a, b) => (b.score > a.score ? b : a));
  return best.label;
}

export class Attention {
  #explain;
  #onChange;
  #onLabel;
  #announce;
  /** @type {Analysis | null} */ #analysis = null;
  #on = false;
  /** @type {Method} */ #method = "grad-cam";
  #label = "";
  #style = { contours: false, opacity: 0.6 };
  /** @type {WeakMap<Analysis, Partial<Record<Method, Promise<AttentionMap[]>>>>} */
  #known = new WeakMap();
  /** @type {Caption | null} */ #caption = null;
  /** Counts choices: maps of an earlier choice are discarded when they arrive. */
  #choosing = 0;

  #methods = h("select", {}, ...METHODS.map((m) => h("option", { value: m }, strings.methods[m])));
  #contours = h("input", { type: "checkbox" });
  #shared = h("input", { type: "checkbox" });
  #opacity = h("input", { type: "range", min: 0.1, max: 1, step: OPACITY_STEP, value: 0.6 });
  #legend = h("canvas", { ...LEGEND, role: "img" });
  #top = h("span");
  #means = h("p", { class: "fine" });
  #status = h("p", { class: "fine" });
  element = h("section", { class: "attention", "aria-label": strings.heading, hidden: true },
    h("p", { class: "legend fine" }, "0", this.#legend, this.#top), this.#status,
    h("div", { class: "attention-row" },
      h("label", {}, h("span", {}, strings.opacity), this.#opacity),
      h("label", { class: "check" }, this.#contours, strings.contours)),
    h("div", { class: "attention-row" },
      h("label", {}, h("span", {}, strings.method), this.#methods),
      h("label", { class: "check" }, this.#shared, strings.shared)),
    h("p", {}, h("strong", {}, strings.meaning)), this.#means);

  /** @type {Record<string, () => void>} keyboard shortcuts while the film has the focus */
  keys = {
    m: () => this.toggle(),
    f: () => this.#next(),
    c: () => this.#restyle({ contours: !this.#style.contours }),
    9: () => this.#restyle({ opacity: this.#style.opacity - OPACITY_STEP }),
    0: () => this.#restyle({ opacity: this.#style.opacity + OPACITY_STEP }),
  };

  /**
   * @param {object} needs
   * @param {(analysis: Analysis, label: string, method: Method) => Promise<AttentionMap>} needs.explain
   * @param {(overlay: Overlay | null, possible: boolean) => void} needs.onChange what to draw over the film; possible: whether
   *   there could be a map
   * @param {(label: string) => void} needs.onLabel whose map is shown; "" for none
   * @param {(message: string) => void} needs.announce
   */
  constructor({ explain, onChange, onLabel, announce }) {
    this.#onLabel = onLabel;
    this.#explain = explain;
    this.#onChange = onChange;
    this.#announce = announce;
    this.#methods.addEventListener("change", () => {
      this.#method = /** @type {Method} */ (this.#methods.value);
      this.#update();
    });
    this.#contours.addEventListener("change", () =>
      this.#restyle({ contours: this.#contours.checked }));
    this.#opacity.addEventListener("input", () =>
      this.#restyle({ opacity: Number(this.#opacity.value) }));
    this.#shared.addEventListener("change", () => this.#update());
  }

  /** The caption for an exported picture; null while no map is shown. */
  get caption() {
    return this.#caption;
  }

  /** Sets the film, or null for none. Finding, method and style stay. @param {Analysis | null} analysis */
  show(analysis) {
    this.#analysis = analysis?.findings.length ? analysis : null;
    const labels = this.#analysis?.findings.map(({ label }) => label) ?? [];
    if (this.#analysis && !labels.includes(this.#label)) this.#label = firstLabel(this.#analysis);
    this.#update();
  }

  /** Shows the map of a finding, or none. @param {string | null} label */
  choose(label) {
    if (label === null) return this.#on && this.#turn(false);
    this.#label = label;
    return this.#turn(true);
  }

  /** Shows the map of the finding that was chosen last, or hides it. */
  toggle() {
    this.#turn(!this.#on);
  }

  /** @param {boolean} on */
  #turn(on) {
    if (!this.#analysis) return;
    this.#on = on;
    this.#announce(on ? strings.shown(words(this.#label)) : strings.off);
    this.#update();
  }

  #next() {
    if (!this.#analysis) return;
    const labels = this.#analysis.findings.map(({ label }) => label);
    this.#pick(labels[(labels.indexOf(this.#label) + 1) % labels.length]);
    if (!this.#on) return this.#turn(true);
    this.#announce(strings.shown(words(this.#label)));
  }

  /** @param {string} label */
  #pick(label) {
    this.#label = label;
    this.#update();
  }

  /** @param {{ contours?: boolean, opacity?: number }} change */
  #restyle({ contours = this.#style.contours, opacity = this.#style.opacity }) {
    this.#style = { contours, opacity: clamp(opacity, OPACITY_STEP, 1) };
    this.#contours.checked = contours;
    this.#opacity.value = String(this.#style.opacity);
    this.#update();
  }

  async #update() {
    const mine = ++this.#choosing;
    this.#caption = null;
    this.element.hidden = !this.#on || !this.#analysis;
    if (this.#analysis) this.#onLabel(this.#on ? this.#label : "");
    if (!this.#on || !this.#analysis) return this.#onChange(null, this.#analysis !== null);
    fill(this.#means, strings.means[this.#method]);
    fill(this.#status, strings.computing);
    try {
      const maps = await this.#maps(this.#analysis);
      if (mine !== this.#choosing) return;
      fill(this.#status);
      this.#draw(maps);
    } catch (error) {
      if (mine !== this.#choosing) return;
      this.#onChange(null, true);
      fill(this.#status, wordsOf(error).what);
    }
  }

  /** The maps of all findings, computed once a film and method. @param {Analysis} analysis */
  #maps(analysis) {
    const known = this.#known.get(analysis) ?? {};
    this.#known.set(analysis, known);
    const method = this.#method;
    known[method] ??= this.#computed(analysis, method).catch((error) => {
      delete known[method];
      throw error;
    });
    return known[method];
  }

  /** @param {Analysis} analysis @param {Method} method */
  async #computed(analysis, method) {
    const maps = [];
    for (const { label } of analysis.findings) maps.push(await this.#explain(analysis, label, method));
    return maps;
  }

  /** @param {AttentionMap[]} maps */
  #draw(maps) {
    const map = /** @type {AttentionMap} */ (maps.find(({ label }) => label === this.#label));
    const shared = this.#shared.checked;
    const style = this.#style;
    const area = /** @type {import("../../engine/attention-map.js").Area} */ (map.area);
    this.#onChange({ layer: layerOf(map, shared ? topOf(maps) : null), style, area }, true);
    const to = shared ? strings.topOfAll : strings.topOfOne;
    const legend = legendOf(LEGEND.width, LEGEND.height, style);
    this.#legend.setAttribute("aria-label", strings.legend(to));
    fill(this.#top, `${to}; ${strings.patches(map.width, map.height)}`);
    const context = this.#legend.getContext("2d");
    const data = context?.createImageData(LEGEND.width, LEGEND.height);
    data?.data.set(legend.data);
    if (data) context?.putImageData(data, 0, 0);
    const about = `${strings.shown(words(map.label))} (${strings.methods[map.method]})`;
    this.#caption = { legend, from: "0", to, lines: [about, strings.meaning] };
  }
}
