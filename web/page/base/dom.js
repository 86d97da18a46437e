/* dom.js - creates elements in code. No string is ever parsed as markup, so no data can become markup.
 * SPDX-License-Identifier: MIT */

/** @typedef {Node | string | null | false | undefined} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. A prop that is a function listens ("onclick"); true sets an empty attribute; null and
 * false set none; anything else becomes the attribute's text. Children that are null or false are
 * left out; strings become text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
const present = (children) => /** @type {(Node | string)[]} */ (
  children.filter((child) => child !== null && child !== undefined && child !== false));

/** An element of a drawing. @param {string} tag @param {Record<string, string | number>} props
 * @param {...Child} children */
export function svg(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
  element.append(...present(children));
  return element;
}

/** Replaces what is inside an element or a root. @param {Element | ShadowRoot} parent @param {...Child} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/* Strokes on a 24 x 24 grid. */
const ICONS = {
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  open: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2",
  warn: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.3",
  above: "M12 4 4 18h16z",
  below: "M4 12h16",
  none: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  film: "M5 3h14v18H5zM12 6v11M8.5 9.5q3.5-2 7 0M8.5 13.5q3.5-2 7 0",
  add: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  done: "M5 12.5l4.5 4.5L19 7.5",
  wait: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 8.5V12l2.5 2",
  retry: "M19 12a7 7 0 1 1-2.1-5M19 4v4h-4",
  menu: "M4 7h16M4 12h16M4 17h16",
  panel: "M4 5h16v14H4zM14.5 5v14",
  more: "M6 14.5l6-6 6 6",
  folder: "M3.5 6.5h6l2 2.5h9v10h-17z",
};
/** @typedef {keyof typeof ICONS} IconName */

/** A decorative icon; the text beside it carries the meaning. @param {IconName} name */
export const icon = (name) => svg("svg",
  { viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon icon-${name}` }, svg("path", { d: ICONS[name] }));
