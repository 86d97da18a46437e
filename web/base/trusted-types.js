/* trusted-types.js - the package's one policy for pages that require Trusted Types.
 *
 * Such a page names it in its Content-Security-Policy: trusted-types eva-x-web. What passes are the package's own
 * texts and addresses, never a datum. Where the page does not name it, or knows no Trusted Types, things pass as
 * they are, and the page refuses them or does not.
 * SPDX-License-Identifier: MIT */

export const TRUSTED_NAME = "eva-x-web";

/** @typedef {{ createHTML(text: string): string, createScript(text: string): string, createScriptURL(url: string): string }} Trusted */

const AS_IS = {
  createHTML: (/** @type {string} */ text) => text,
  createScript: (/** @type {string} */ text) => text,
  createScriptURL: (/** @type {string} */ url) => url,
};

/** @returns {Trusted} */
function makePolicy() {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  try {
    return trustedTypes?.createPolicy(TRUSTED_NAME, AS_IS) ?? AS_IS;
  } catch {
    return AS_IS;
  }
}

/** @type {Trusted | null} */
let policy = null;
const once = () => (policy ??= makePolicy());

/** @param {string} text of a document of the package */
export const trustedDocument = (text) => once().createHTML(text);

/** @param {string} text of a script of the package */
export const trustedText = (text) => once().createScript(text);

/** @param {string | URL} url of a script of the package */
export const trustedScript = (url) => once().createScriptURL(String(url));
