/* react.js - the element in React 19: properties and events of custom elements need no wrapper there.
 * SPDX-License-Identifier: MIT */
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import "../web/element.js"; // in a project of your own: "eva-x-web/element"

/** Findings of each film, by its name. */
function Reader({ model }) {
  const [state, setState] = useState("loading");
  const [films, setFilms] = useState({});
  const [shown, setShown] = useState(true);
  const onresult = ({ detail: { name, findings } }) => setFilms((before) => ({ ...before, [name]: findings.length }));
  return h("section", {},
    h("button", { type: "button", onClick: () => setShown(!shown) }, shown ? "Hide" : "Show"),
    h("output", {}, state),
    h("ul", {}, ...Object.entries(films).map(([name, count]) => h("li", { key: name }, `${name}: ${count} findings`))),
    shown && h("evax-xray", {
      model, results: "page", assets: "../web/", style: { blockSize: "40rem" },
      onready: () => setState("ready"), onresult, onerror: ({ error }) => setState(error.code),
    }));
}

createRoot(document.querySelector("#app")).render(h(Reader, { model: "../model/demo/" }));
