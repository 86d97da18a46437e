/* vue.js - the element in Vue 3. In templates: compilerOptions.isCustomElement: (tag) => tag === "evax-xray".
 * SPDX-License-Identifier: MIT */
import { createApp, h, reactive } from "@vue/runtime-dom";
import "../web/element.js"; // in a project of your own: "eva-x-web/element"

/** Findings of each film, by its name. */
const Reader = {
  setup() {
    const seen = reactive({ state: "loading", films: {}, shown: true });
    return () => h("section", [
      h("button", { type: "button", onClick: () => { seen.shown = !seen.shown; } }, seen.shown ? "Hide" : "Show"),
      h("output", seen.state),
      h("ul", Object.entries(seen.films).map(([name, count]) => h("li", `${name}: ${count} findings`))),
      seen.shown && h("evax-xray", {
        model: "../model/demo/", results: "page", assets: "../web/", style: { blockSize: "40rem" },
        onReady: () => { seen.state = "ready"; },
        onResult: ({ detail: { name, findings } }) => { seen.films[name] = findings.length; },
        onError: ({ error }) => { seen.state = error.code; },
      }),
    ]);
  },
};

createApp(Reader).mount("#app");
