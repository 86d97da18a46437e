/* popover.js - a part of the bar that unfolds over the screen, and folds again by Escape or a press beside it.
 * SPDX-License-Identifier: MIT */

/** @param {HTMLDetailsElement} details @param {{ stay?: boolean }} [how] stay: what is pressed inside does not fold it
 * @returns {HTMLDetailsElement} the same */
export function popover(details, { stay = true } = {}) {
  const outside = (/** @type {Event} */ event) => {
    if (!event.composedPath().includes(details)) details.open = false;
  };
  details.classList.add("pop");
  details.addEventListener("toggle", () => {
    if (details.open) document.addEventListener("pointerdown", outside, true);
    else document.removeEventListener("pointerdown", outside, true);
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary")?.focus();
  });
  if (!stay) {
    details.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("button")) details.open = false;
    });
  }
  return details;
}
