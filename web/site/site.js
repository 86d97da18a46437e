/* site.js - the script of the static site: the element, and offline use.
 *
 * index.html holds a paragraph #update with a button; it is shown when a newer deployment waits. Whatever the offline
 * copy asks of the server, it asks before the first film.
 * SPDX-License-Identifier: MIT */
import { EvaxXray } from "../element.js";
import { startOffline, takeUpdate } from "./offline.js";

function offerUpdate() {
  const offer = document.getElementById("update");
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector("button")?.addEventListener("click", takeUpdate, { once: true });
}

/* Its files come after those of the first screen. */
const loaded = new Promise((resolve) => addEventListener("load", resolve, { once: true }));
const offline = loaded.then(() => startOffline("service-worker.js", offerUpdate));
for (const element of document.querySelectorAll("evax-xray")) {
  if (element instanceof EvaxXray) element.holdOpen(offline);
}
