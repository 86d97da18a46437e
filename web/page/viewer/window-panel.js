/* window-panel.js - window and level of the film that is shown, in numbers: the file's own where it has such, presets, and
 * sliders.
 * SPDX-License-Identifier: MIT */
import { windowValue } from "../base/format.js";
import { fill, h, icon } from "../base/dom.js";
import { popover } from "../base/popover.js";
import { fromNativeUnits, inNativeUnits, narrowest } from "../../picture/gray-scale.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, widest } from "../../picture/viewport.js";

/** @typedef {import("./film-view.js").FilmView} FilmView */
/** @typedef {import("../../picture/viewport.js").Look} Look */

const strings = text.viewer;

/** @typedef {{ label: string, look: Look }} Preset */

/** The windows that the file proposes, with what it calls them. @param {FilmView} view @returns {Preset[]} */
function presetsOfFile({ views, scale, look: { invert } }) {
  const { windows = [], windowNames = [] } = (scale && views?.facts) || {};
  return windows.map(([center, width], i) => {
    const label = strings.windowShort(windowValue(center, width), windowValue(width, width));
    const name = windowNames[i];
    return { label: name ? `${name[0]}${name.slice(1).toLowerCase()}: ${label}` : label,
      look: { ...fromNativeUnits({ center, width }, scale), invert } };
  });
}

/** Windows to choose from. @param {FilmView} view @returns {Preset[]} */
function presetsOf(view) {
  const { scale, plain, look: { invert } } = view;
  return [
    { label: strings.presetModel, look: { ...plain, invert } }, ...presetsOfFile(view),
    { label: strings.presetRange, look: { ...(scale?.whole ?? PLAIN), invert } },
  ];
}

/** Whether two looks show about the same. @param {Look} a @param {Look} b */
const alike = (a, b) => Boolean(a.table) === Boolean(b.table)
  && Math.abs(a.level - b.level) < 0.5 && Math.abs(a.window - b.window) < Math.min(0.5, 0.01 * Math.max(a.window, b.window) + 1e-9);

export class WindowPanel {
  /** @type {() => FilmView} */ #view;
  #presets = h("select", { onchange: () => this.#choose() });
  #center = this.#number((center) => ({ center }));
  #width = this.#number((width) => ({ width }));
  #level = this.#slider((level) => ({ level }));
  #window = this.#slider((window) => ({ window }));
  #units = h("p", { class: "viewer-units fine" });
  #note = h("p", { class: "fine" });
  /** What the numbers are of. @type {unknown[]} */ #told = [];
  element = popover(h("details", { class: "window-panel" },
    h("summary", { "aria-label": strings.windowing, title: strings.windowing }, icon("window")),
    h("div", { class: "pop-body" },
      h("label", { class: "stacked" }, strings.preset, this.#presets),
      h("div", { class: "numbers" }, h("label", { class: "stacked" }, strings.center, this.#center), h("label", { class: "stacked" }, strings.width, this.#width)),
      h("div", { class: "sliders" }, h("label", {}, h("span", {}, strings.level), this.#level), h("label", {}, h("span", {}, strings.window), this.#window)),
      this.#units, this.#note)));

  /** @param {() => FilmView} view that is looked at */
  constructor(view) {
    this.#view = view;
  }

  /** Brings the numbers up to date. */
  update() {
    const { look, scale, seen, views } = this.#view();
    const told = [look, scale, seen, views];
    if (told.every((part, i) => part === this.#told[i])) return; // the film was only moved
    this.#told = told;
    this.#tell();
  }

  #tell() {
    const { look, span, scale, seen, views } = this.#view();
    const { center, width } = inNativeUnits(look, scale);
    const digits = width >= 20 ? 0 : 2;
    this.#set(this.#center, center.toFixed(digits));
    this.#set(this.#width, width.toFixed(digits));
    Object.assign(this.#level, { min: String(span.low), max: String(span.high), value: String(look.level) });
    Object.assign(this.#window, { max: String(widest(span)), value: String(look.window) });
    fill(this.#units, look.table ? strings.tableNote : scale ? strings.nativeWindow(windowValue(center, width), windowValue(width, width)) : "");
    fill(this.#note, seen && views ? strings.seenNote(views.seen.width) : scale ? strings.deepNote(scale.values.length) : strings.onlyView);
    this.#fillPresets();
  }

  /** Not while somebody types into it. @param {HTMLInputElement} input @param {string} value */
  #set(input, value) {
    const root = /** @type {ShadowRoot} */ (input.getRootNode());
    if (root.activeElement !== input) input.value = value;
  }

  #fillPresets() {
    const view = this.#view();
    const presets = presetsOf(view);
    const at = presets.findIndex(({ look }) => alike(look, view.look));
    const names = [...presets.map(({ label }) => label), ...(at < 0 ? [strings.presetOwn] : [])];
    if (names.join() !== [...this.#presets.options].map(({ text: name }) => name).join()) {
      fill(this.#presets, ...names.map((name) => h("option", {}, name)));
    }
    this.#presets.selectedIndex = at < 0 ? names.length - 1 : at;
  }

  #choose() {
    const view = this.#view();
    const chosen = presetsOf(view)[this.#presets.selectedIndex];
    if (chosen) view.setLook(chosen.look);
  }

  /** The next preset that is another window; behind the last one the first. @returns {string} its name */
  next() {
    const view = this.#view();
    const presets = presetsOf(view);
    const at = presets.findLastIndex(({ look }) => alike(look, view.look));
    const { label, look } = presets[(at + 1) % presets.length];
    view.setLook(look);
    return label;
  }

  /** @param {(value: number) => { center?: number, width?: number }} part */
  #number(part) {
    const input = h("input", { type: "number", step: "any" });
    input.addEventListener("change", () => {
      if (!Number.isFinite(input.valueAsNumber)) return this.#tell();
      const view = this.#view();
      const { look, scale } = view;
      const next = fromNativeUnits({ ...inNativeUnits(look, scale), ...part(input.valueAsNumber) }, scale);
      view.setLook(adjust({ ...look, ...next }, {}, view.span, narrowest(scale)));
    });
    return input;
  }

  /** @param {(value: number) => { level?: number, window?: number }} part */
  #slider(part) {
    const input = h("input", { type: "range", min: 2, max: 512, step: "any" });
    input.addEventListener("input", () => {
      const view = this.#view();
      view.setLook({ ...view.look, table: false, ...part(Number(input.value)) });
    });
    return input;
  }
}
