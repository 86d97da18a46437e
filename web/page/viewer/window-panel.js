/* window-panel.js - window and level of the film that is shown, in numbers: the file's own where it has such, presets, and
 * sliders.
 * SPDX-License-Identifier: MIT */
import { windowValue } from "../base/format.js";
import { fill, h, icon } from "../base/dom.js";
import { popover } from "../base/popover.js";
import { fromNativeUnits, inNativeUnits } from "./native-window.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, widest } from "../../picture/viewport.js";

/** @typedef {import("./film-view.js").FilmView} FilmView */
/** @typedef {import("../../picture/viewport.js").Look} Look */

const strings = text.viewer;

/** Windows to choose from. @param {FilmView} view @returns {{ label: string, look: Look }[]} */
function presetsOf(view) {
  const { views, tones, span: { low, high }, look: { invert } } = view;
  const native = tones ? views?.facts : null;
  const ofFile = (native?.windows ?? []).flatMap(([center, width]) => {
    const look = fromNativeUnits({ center, width }, native ?? null);
    return look ? [{ label: strings.windowShort(windowValue(center, width), windowValue(width, width)), look: { ...look, invert } }] : [];
  });
  return [
    { label: strings.presetModel, look: { ...PLAIN, invert } }, ...ofFile,
    { label: strings.presetRange, look: { level: (low + high + 1) / 2, window: high - low + 1, invert } },
  ];
}

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
    const { look, span, tones, seen, views } = this.#view();
    const told = [look, span, tones, seen, views];
    if (told.every((part, i) => part === this.#told[i])) return; // the film was only moved
    this.#told = told;
    this.#tell();
  }

  #tell() {
    const { look, span, tones, seen, views } = this.#view();
    const native = this.#native;
    const { center, width } = native ?? { center: look.level, width: look.window };
    const digits = width >= 20 ? 0 : 2;
    this.#set(this.#center, center.toFixed(digits));
    this.#set(this.#width, width.toFixed(digits));
    Object.assign(this.#level, { min: String(span.low), max: String(span.high), value: String(look.level) });
    Object.assign(this.#window, { max: String(widest(span)), value: String(look.window) });
    fill(this.#units, native ? strings.nativeWindow(windowValue(center, width), windowValue(width, width)) : "");
    fill(this.#note, seen && views ? strings.seenNote(views.seen.width) : tones ? strings.deepNote(tones.length) : strings.onlyView);
    this.#fillPresets();
  }

  /** The window in the file's own values, where it has such. */
  get #native() {
    const { look, tones, views } = this.#view();
    return tones && views ? inNativeUnits(look, views.facts) : null;
  }

  /** Not while somebody types into it. @param {HTMLInputElement} input @param {string} value */
  #set(input, value) {
    const root = /** @type {ShadowRoot} */ (input.getRootNode());
    if (root.activeElement !== input) input.value = value;
  }

  #fillPresets() {
    const view = this.#view();
    const presets = presetsOf(view);
    const at = presets.findIndex(({ look }) => Math.abs(look.level - view.look.level) < 0.5 && Math.abs(look.window - view.look.window) < 0.5);
    const names = [...presets.map(({ label }) => label), ...(at < 0 ? [strings.presetOwn] : [])];
    if (names.join() !== [...this.#presets.options].map(({ text: name }) => name).join()) {
      fill(this.#presets, ...names.map((name) => h("option", {}, name)));
    }
    this.#presets.selectedIndex = at < 0 ? names.length - 1 : at;
  }

  #choose() {
    const view = this.#view();
    const chosen = presetsOf(view)[this.#presets.selectedIndex];
    if (chosen) view.setLook(adjust(chosen.look, {}, view.span));
  }

  /** @param {(value: number) => { center?: number, width?: number }} part */
  #number(part) {
    const input = h("input", { type: "number", step: "any" });
    input.addEventListener("change", () => {
      if (!Number.isFinite(input.valueAsNumber)) return this.#tell();
      const view = this.#view();
      const { look, views } = view;
      const native = this.#native;
      const wanted = { ...(native ?? { center: look.level, width: look.window }), ...part(input.valueAsNumber) };
      const next = native ? fromNativeUnits(wanted, views?.facts ?? null) : { level: wanted.center, window: wanted.width };
      if (next) view.setLook(adjust({ ...look, ...next }, {}, view.span));
    });
    return input;
  }

  /** @param {(value: number) => { level?: number, window?: number }} part */
  #slider(part) {
    const input = h("input", { type: "range", min: 2, max: 512 });
    input.addEventListener("input", () => {
      const view = this.#view();
      view.setLook({ ...view.look, ...part(Number(input.value)) });
    });
    return input;
  }
}
