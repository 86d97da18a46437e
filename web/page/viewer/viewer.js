/* viewer.js - the tools and keys above the film that is looked at, or above two.
 *
 * Everything can be done with keys, buttons or pointer, and nothing here changes what the model sees but "read it like
 * this".
 * SPDX-License-Identifier: MIT */
import { fill, h, icon, say } from "../base/dom.js";
import { count } from "../base/format.js";
import { popover } from "../base/popover.js";
import { askLength } from "./spatial-calibration.js";
import { calibrationWords, lastLength } from "./measures.js";
import { Panes } from "./panes.js";
import { WindowPanel } from "./window-panel.js";
import { isUpright } from "../../picture/orientation.js";
import { dragged } from "../../picture/viewport.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../base/dom.js").IconName} IconName */
/** @typedef {import("./gestures.js").Mode} Mode */
/** What the workspace does.
 * @typedef {object} ViewerActions
 * @property {import("../export/record.js").Origin["preprocessing"]} preprocessing of the model
 * @property {() => void} onHelp
 * @property {(by: 1 | -1) => void} onStep to another film
 * @property {(film: Film) => void} onActivate another of the two films is looked at
 * @property {(on: boolean) => void} onCompare
 * @property {(film: Film, treatment: import("../films/treatment.js").Treatment) => void} onTreat
 * @property {() => void} onPanel shows or hides the panel beside
 * @property {() => void} onMap
 * @property {(film: Film) => void} onRemove takes a film off the list
 * @property {(message: string) => void} announce for screen readers
 * @property {(message: string) => void} say for everybody
 * @property {Record<string, () => void>} more keys of the map
 */

const PAN_STEP = 48;
/* Of the point that keys measure with: pixels of the screen; the second one with Shift. */
const POINT_STEPS = [8, 1];
const ZOOM_STEP = 1.25;
/* As a drag of so many pixels. */
const LOOK_STEP = 16;
const strings = text.viewer;

/** @type {Record<Mode, IconName>} */
const MODES = { pan: "hand", window: "contrast", length: "ruler", ratio: "ratio" };

export class Viewer {
  #actions;
  #panes;
  #window = new WindowPanel(() => this.#view);
  #modes = new Map(/** @type {Mode[]} */ (Object.keys(MODES)).map((mode) =>
    [mode, this.#tool(MODES[mode], strings.modes[mode], () => this.#setMode(mode), "false")]));
  #percent = h("button", { type: "button", class: "quiet percent", title: strings.fit, onclick: () => this.#view.fit() });
  #place = h("span", { class: "place" });
  #invert = this.#tool("invert", strings.invert, () => this.#invertLook(), "false");
  #seen = this.#item(strings.seen, () => this.#view.toggleSeen(), "false");
  #outline = this.#item(strings.outline, () => this.#view.toggleOutline(), "false");
  #compare = this.#item(strings.compare, () => this.#setCompare(!this.#panes.areTwo), "false");
  #linkPlaces = this.#item(strings.linkPlaces, () => this.#panes.link("places"), "true");
  #linkLooks = this.#item(strings.linkLooks, () => this.#panes.link("looks"), "true");
  #map = this.#tool("map", strings.map, () => this.#actions.onMap(), "false");
  /** Whether there can be a map: of a film whose findings are shown. */ #mayMap = false;
  #panel = this.#tool("panel", strings.panel, () => this.#actions.onPanel(), "true");
  #reread = h("button", { type: "button", class: "primary reread", hidden: true, onclick: () => this.#treat() }, strings.reread);
  /** Whether the next length that is drawn is the one to calibrate by. */ #calibrating = false;
  /** Tools that need a film. @type {HTMLButtonElement[]} */ #ofFilm = [];
  /** @type {Record<string, (fine: boolean) => void>} */ #keys;
  /** Those that work while something is measured. @type {Record<string, (fine: boolean) => void>} */ #measuringKeys = {
    Enter: () => this.#setPoint(),
    " ": () => this.#setPoint(),
    Escape: () => this.#setMode("pan"),
  };
  element;

  /** @param {ViewerActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#keys = this.#keyTable();
    this.#panes = new Panes(actions.preprocessing, { onActivate: actions.onActivate, onChange: () => this.#update(),
      onMeasured: (line, kind) => this.#onMeasured(line, kind) });
    this.element = h("section", { class: "viewer", "aria-label": strings.heading }, this.#makeTools(), this.#panes.element, this.#reread);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.clear(strings.empty);
    this.#setMode("pan");
  }

  /** The one that is looked at. */
  get #view() {
    return this.#panes.view;
  }

  get canvas() {
    return this.#view.canvas;
  }

  /** How the film lies on the screen, its window, and its calibration by hand, in words. */
  get how() {
    return this.#panes.how;
  }

  /** Shows a film where the last one was. @param {Film} film @param {Views} views @param {string} size in words */
  show(film, views, size) {
    return this.#panes.show(film, views, size);
  }

  /** Shows no film. @param {string} note says why @param {Film | null} [film] that is not there yet */
  clear(note, film = null) {
    this.#panes.clear(note, film);
  }

  /** @param {import("./attention.js").Overlay | null} overlay @param {boolean} possible whether there could be one */
  lay(overlay, possible) {
    this.#mayMap = possible;
    this.#map.disabled = !possible;
    this.#panes.lay(overlay);
    this.#map.setAttribute("aria-pressed", String(overlay !== null));
  }

  /** Which of how many films is shown. @param {number} at from 1 @param {number} of */
  showPlace(at, of) {
    fill(this.#place, strings.place(at, of));
  }

  /** @param {boolean} on */
  showPanel(on) {
    this.#panel.setAttribute("aria-pressed", String(on));
  }

  /** @param {boolean} on */
  #setCompare(on) {
    if (on === this.#panes.areTwo) return;
    this.#panes.compare(on);
    this.#compare.setAttribute("aria-pressed", String(on));
    this.#actions.onCompare(on);
    this.#view.element.focus();
  }

  /** Brings the tools up to date. */
  #update() {
    const view = this.#view;
    this.element?.classList.toggle("blank", view.isBlank);
    for (const button of this.#ofFilm) button.disabled = view.isBlank;
    this.#map.disabled ||= !this.#mayMap;
    say(this.#percent, `${view.isBlank ? "\u2013" : count(view.percent)} %`);
    this.#invert.setAttribute("aria-pressed", String(view.look.invert));
    this.#seen.setAttribute("aria-pressed", String(view.seen));
    this.#outline.setAttribute("aria-pressed", String(view.outlined));
    const { areTwo, linked } = this.#panes;
    for (const [item, on] of /** @type {const} */ ([[this.#linkPlaces, linked.places], [this.#linkLooks, linked.looks]])) {
      item.hidden = !areTwo;
      item.setAttribute("aria-pressed", String(on));
    }
    this.#reread.hidden = view.isBlank || view.seen || (isUpright(view.orientation) && !view.look.invert);
    this.#window.update();
  }

  /* ---- changes ---- */

  /** @param {Mode} mode */
  #setMode(mode) {
    this.#calibrating = false;
    this.#panes.mode = mode;
    if (this.#isMeasuring) this.#actions.announce(strings.measureByKeys);
    for (const [each, button] of this.#modes) button.setAttribute("aria-pressed", String(each === mode));
  }

  get #isMeasuring() {
    return this.#panes.mode === "length" || this.#panes.mode === "ratio";
  }

  /** An arrow: moves the film, or the point that keys measure with. @param {-1 | 0 | 1} dx @param {-1 | 0 | 1} dy
   * @param {boolean} fine */
  #arrow(dx, dy, fine) {
    if (!this.#isMeasuring) return this.#view.pan(-PAN_STEP * dx, -PAN_STEP * dy);
    const step = POINT_STEPS[Number(fine)];
    return this.#view.lines.movePoint(step * dx, step * dy);
  }

  #setPoint() {
    const at = this.#view.lines.setPoint();
    if (at) this.#actions.announce(at);
  }

  /** @param {() => void} change of what was measured */
  #measured(change) {
    change();
    this.#actions.announce(strings.measureCount(this.#view.lines.list.length));
  }

  /** @param {string} line in words @param {import("./measures.js").Measure["kind"]} kind */
  #onMeasured(line, kind) {
    this.#actions.announce(line);
    if (this.#calibrating && kind === "length") this.#calibrate();
  }

  /** By the last length that was drawn; if there is none, by the next one. */
  #calibrate() {
    const view = this.#view, line = lastLength(view.lines.list);
    if (view.isBlank || view.seen) return;
    if (!line) {
      this.#setMode("length");
      this.#calibrating = true;
      this.#actions.say(text.calibration.draw);
      return view.element.focus();
    }
    this.#calibrating = false;
    view.element.focus(); // where the focus returns to
    askLength(/** @type {ShadowRoot} */ (this.element.getRootNode()), line, view.unit, (mm) => {
      view.lines.calibrate(mm === null ? undefined : line, mm ?? NaN);
      this.#actions.announce(mm === null ? text.calibration.removed : calibrationWords(view.unit));
    });
  }

  #invertLook() {
    this.#view.setLook({ ...this.#view.look, invert: !this.#view.look.invert });
  }

  #remove() {
    const { film } = this.#panes;
    if (film) this.#actions.onRemove(film);
  }

  #treat() {
    const { view, film } = this.#panes;
    if (film) this.#actions.onTreat(film, view.treatment);
  }

  #toggleCorners() {
    this.#panes.element.classList.toggle("without-corners");
  }

  #fullScreen() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.element.requestFullscreen().catch(() => {});
  }

  /* ---- controls ---- */

  #makeTools() {
    const turn = this.#tool("turn", strings.turnRight, () => this.#view.turn({ turns: 1, flip: false }));
    const zoom = [this.#tool("minus", strings.zoomOut, () => this.#view.zoom(1 / ZOOM_STEP)), this.#percent,
      this.#tool("add", strings.zoomIn, () => this.#view.zoom(ZOOM_STEP))];
    this.#ofFilm.push(...this.#modes.values(), ...zoom, turn, this.#invert, this.#map);
    return h("div", { class: "tools", role: "toolbar", "aria-label": strings.tools },
      h("div", { class: "tools-row" },
        h("div", { class: "tool-group paging" }, this.#tool("previous", strings.previous, () => this.#actions.onStep(-1)), this.#place,
          this.#tool("next", strings.next, () => this.#actions.onStep(1))),
        h("div", { class: "tool-group" }, ...this.#modes.values()),
        h("div", { class: "tool-group" }, ...zoom),
        h("div", { class: "tool-group" }, turn, this.#invert)),
      this.#map, this.#window.element, this.#more(), this.#panel);
  }

  #more() {
    const items = [
      this.#item(strings.oneToOne, () => this.#view.oneToOne()),
      this.#item(strings.reset, () => this.#view.reset()),
      this.#item(strings.turnLeft, () => this.#view.turn({ turns: 3, flip: false })),
      this.#item(strings.mirror, () => this.#view.turn({ turns: 0, flip: true })),
      this.#seen, this.#outline,
      this.#item(strings.corners, () => this.#toggleCorners()),
      this.#item(strings.undoMeasure, () => this.#measured(() => this.#view.lines.undo())),
      this.#item(strings.clearMeasures, () => this.#measured(() => this.#view.lines.clear())),
      this.#item(strings.calibrate, () => this.#calibrate()),
      this.#compare, this.#linkPlaces, this.#linkLooks,
      this.#item(text.films.remove, () => this.#remove()),
      document.fullscreenEnabled && this.#item(strings.fullScreen, () => this.#fullScreen()),
      this.#item(strings.keysItem, () => this.#actions.onHelp()),
    ];
    return popover(h("details", { class: "more" }, h("summary", { "aria-label": strings.more, title: strings.more }, icon("dots")),
      h("div", { class: "pop-body" }, ...items)), { stay: false });
  }

  /** @param {IconName} picture @param {string} name @param {() => void} act @param {string | null} [pressed] */
  #tool(picture, name, act, pressed = null) {
    return h("button", { type: "button", class: "quiet tool", "aria-label": name, title: name, "aria-pressed": pressed, onclick: act }, icon(picture));
  }

  /** @param {string} label @param {() => void} act @param {string | null} [pressed] */
  #item(label, act, pressed = null) {
    return h("button", { type: "button", class: "quiet", "aria-pressed": pressed, onclick: act }, label);
  }

  /** Of each key, what it does; fine: with Shift. @returns {Record<string, (fine: boolean) => void>} */
  #keyTable() {
    const look = (/** @type {number} */ dx, /** @type {number} */ dy) => () => {
      const view = this.#view;
      view.adjustLook(dragged(view.look, dx, dy, view.span));
    };
    return {
      "+": () => this.#view.zoom(ZOOM_STEP),
      "=": () => this.#view.zoom(ZOOM_STEP),
      "-": () => this.#view.zoom(1 / ZOOM_STEP),
      ArrowLeft: (fine) => this.#arrow(-1, 0, fine),
      ArrowRight: (fine) => this.#arrow(1, 0, fine),
      ArrowUp: (fine) => this.#arrow(0, -1, fine),
      ArrowDown: (fine) => this.#arrow(0, 1, fine),
      "[": look(0, -LOOK_STEP),
      "]": look(0, LOOK_STEP),
      ",": look(-LOOK_STEP, 0),
      ".": look(LOOK_STEP, 0),
      q: () => this.#actions.announce(this.#window.next()),
      1: () => this.#view.oneToOne(),
      z: () => this.#view.fit(),
      t: (left) => this.#view.turn({ turns: left ? 3 : 1, flip: false }),
      x: () => this.#view.turn({ turns: 0, flip: true }),
      i: () => this.#invertLook(),
      s: () => this.#view.toggleSeen(),
      b: () => this.#view.toggleOutline(),
      o: () => this.#toggleCorners(),
      v: () => this.#setCompare(!this.#panes.areTwo),
      g: () => this.#fullScreen(),
      h: () => this.#setMode("pan"),
      w: () => this.#setMode("window"),
      d: () => this.#setMode("length"),
      k: () => this.#setMode("ratio"),
      a: () => this.#calibrate(),
      y: () => this.#panes.link("places"),
      l: () => this.#panes.link("looks"),
      e: () => this.#actions.onPanel(),
      u: () => this.#measured(() => this.#view.lines.undo()),
      Backspace: () => this.#measured(() => this.#view.lines.removeLast()),
      Delete: () => this.#measured(() => this.#view.lines.clear()),
      r: () => this.#view.reset(),
      n: () => this.#actions.onStep(1),
      p: () => this.#actions.onStep(-1),
      "?": () => this.#actions.onHelp(),
      ...this.#actions.more,
    };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!(event.target instanceof Element && event.target.classList.contains("viewport"))) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "z" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      return this.#keys.u(false);
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = this.#isMeasuring && Object.hasOwn(this.#measuringKeys, key) ? this.#measuringKeys : this.#keys;
    if (!Object.hasOwn(keys, key)) return;
    event.preventDefault();
    keys[key](event.shiftKey);
  }
}
