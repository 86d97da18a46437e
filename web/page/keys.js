/* keys.js - the list of keys.
 * SPDX-License-Identifier: MIT */
import { h } from "./base/dom.js";
import { text } from "./base/strings.js";

/** The keys of the viewer. @returns {import("./base/dom.js").Child[]} */
export const keysContent = () => [
  h("dl", { class: "keys" }, ...[...text.viewer.keyList, ...text.viewer.mapKeyList].map(([keys, does]) =>
    h("div", {}, h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, does)))),
  h("p", { class: "fine" }, text.viewer.keysScope),
];
