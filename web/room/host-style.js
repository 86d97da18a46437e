/* host-style.js - what the style sheet of the page around says of the element, as far as it reaches the room: no style
 * crosses the border of a frame, so the page reads it and hands it in.
 *
 *     evax-xray { --evax-accent: rebeccapurple; --evax-font: Georgia, serif; color-scheme: light; }
 *
 * SPDX-License-Identifier: MIT */

/* The page's property, the room's, and what a value must be. */
const PROPERTIES = /** @type {const} */ ([
  ["--evax-accent", "--accent", "color"],
  ["--evax-on-accent", "--on-accent", "color"],
  ["--evax-ground", "--ground", "color"],
  ["--evax-sheet", "--sheet", "color"],
  ["--evax-raised", "--raised", "color"],
  ["--evax-ink", "--ink", "color"],
  ["--evax-soft", "--soft", "color"],
  ["--evax-line", "--line", "color"],
  ["--evax-viewport", "--viewport", "color"],
  ["--evax-round", "--round", "border-radius"],
  ["--evax-font", "font-family", "font-family"],
]);

/** By the names of the page. @typedef {Record<string, string>} HostStyle */

/** What is set on an element in a document. @param {Element} element @returns {HostStyle} */
export function readHostStyle(element) {
  const style = getComputedStyle(element);
  const values = PROPERTIES.map(([name]) => [name, style.getPropertyValue(name).trim()]);
  return Object.fromEntries([...values, ["color-scheme", style.colorScheme]].filter(([, value]) => value));
}

/** Takes over what is known here and is of its kind. @param {HTMLElement} host @param {HostStyle} given */
export function applyHostStyle(host, given) {
  for (const [name, own, kind] of PROPERTIES) {
    const value = given[name];
    if (typeof value === "string" && CSS.supports(kind, value)) host.style.setProperty(own, value);
  }
  if (/^(only )?(light|dark)( only)?$/.test(given["color-scheme"] ?? "")) host.style.colorScheme = given["color-scheme"];
}
