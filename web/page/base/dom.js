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

/** Says something in an element; one that says it already is left alone, so that nothing is laid out anew.
 * @param {Element} element @param {string} words */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @returns {Promise<void>} when what is in the document now has been painted: what follows a frame comes after that. Never
 * while nobody sees it */
export const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/* Strokes on a 24 x 24 grid. */
export const ICONS = {
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
  hand: "M8 13V6.5a1.5 1.5 0 0 1 3 0V11M11 10.5V5a1.5 1.5 0 0 1 3 0v6M14 7a1.5 1.5 0 0 1 3 0v7c0 4-2 6.5-5 6.5-2.5 0-4-1.200-5.300-3.5L4.5 13c-.5-1.200 1-2 2-1.200L8 13",
  contrast: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16M12 8h5.5M12 12h8M12 16h5.5",
  ruler: "M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l2 2M13 6l2 2",
  ratio: "M3 8v8M21 8v8M3 12h18M8 4v4M16 4v4M8 6h8",
  invert: "M4 4h16v16H4zM4 20 20 4M8 7v4M6 9h4M14 16h4",
  turn: "M20 12a8 8 0 1 1-2.5-5.800M20 3v4.5h-4.5",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  minus: "M5 12h14",
  dots: "M5 12a1 1 0 1 0 .01 0zM12 12a1 1 0 1 0 .01 0zM19 12a1 1 0 1 0 .01 0z",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11.5v4.5M12 8v.3",
  window: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  map: "M12 21s-6-5.300-6-10a6 6 0 0 1 12 0c0 4.700-6 10-6 10zM12 8.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  folder: "M3.5 6.5h6l2 2.5h9v10h-17z",
};
/** @typedef {keyof typeof ICONS} IconName */

/** A decorative icon; the text beside it carries the meaning. @param {IconName} name */
export const icon = (name) => svg("svg",
  { viewBox: "0 0 24 24", "aria-hidden": "true", class: `icon icon-${name}` }, svg("path", { d: ICONS[name] }));
