/* dialogs.js - modal dialogs; one of them is a text to copy by hand.
 * SPDX-License-Identifier: MIT */
import { h, icon } from "./dom.js";
import { text } from "./first-strings.js";

/**
 * Opens a dialog; Escape or its button closes it and gives the focus back.
 * @param {ShadowRoot} root @param {string} heading @param {import("./dom.js").Child[]} content
 * @returns {() => void} closes it, too
 */
export function openDialog(root, heading, content) {
  const close = h("button", { type: "button", class: "quiet", "aria-label": text.close },
    icon("close"));
  const dialog = h("dialog", { "aria-label": heading },
    h("header", {}, h("h2", {}, heading), close), ...content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
  return () => dialog.close();
}

/**
 * Puts a text on the clipboard, or where that is refused shows it to be copied by hand.
 * @param {ShadowRoot} root @param {string} content @returns {Promise<boolean>} whether it was
 * copied
 */
export async function copyText(root, content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    const area = h("textarea", { readonly: true, rows: "14", "aria-label": text.copyDiagnostics });
    area.value = content;
    openDialog(root, text.copyDiagnostics, [h("p", {}, text.copyByHand), area]);
    area.select();
    return false;
  }
}
