/* site.js - the script of the static site: the element, and offline use.
 *
 * index.html holds a paragraph #update with a button; it is shown when a newer deployment waits. Whatever the offline
 * copy asks of the server, it asks before the first film.
 * SPDX-License-Identifier: MIT */
import { EvaxXray } from "../element.js";
import { fetchWords, languageHere } from "../session/words.js";
import { startOffline, takeUpdate } from "./offline.js";

/** In the person's language, where its words can be had. @param {HTMLElement} offer */
async function translate(offer) {
  const words = /** @type {any} */ (await fetchWords(languageHere(""), AbortSignal.timeout(TIMEOUT_MS)).catch(() => null));
  const button = offer.querySelector("button");
  if (!words || !button) return;
  button.textContent = words.site.reload;
  offer.replaceChildren(`${words.site.update} `, button);
}

async function offerUpdate() {
  const offer = document.getElementById("update");
  if (!offer) return;
  await translate(offer);
  offer.hidden = false;
  offer.querySelector("button")?.addEventListener("click", takeUpdate, { once: true });
}

/* An offer that comes late is worth less than one in English. */
const TIMEOUT_MS = 3_000;

/* Its files come after those of the first screen. */
const loaded = new Promise((resolve) => addEventListener("load", resolve, { once: true }));
const offline = loaded.then(() => startOffline("service-worker.js", offerUpdate));
for (const element of document.querySelectorAll("evax-xray")) {
  if (element instanceof EvaxXray) element.holdOpen(offline);
}
