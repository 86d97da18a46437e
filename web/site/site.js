/* site.js - the script of the static site: the element, and offline use.
 *
 * index.html holds a paragraph #update with a button; it is shown when a newer deployment waits.
 * SPDX-License-Identifier: MIT */
import "../element.js";
import { startOffline, takeUpdate } from "./offline.js";

function offerUpdate() {
  const offer = document.getElementById("update");
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector("button")?.addEventListener("click", takeUpdate, { once: true });
}

await startOffline("service-worker.js", offerUpdate);
