/* offline.js - the page's side of service-worker.js: visits without a network, and new deployments.
 * SPDX-License-Identifier: MIT */

/* A slow server must not delay the page; the next visit tries again. */
const TIMEOUT_MS = 5_000;

/** @param {ServiceWorker} worker @returns {Promise<void>} when it is installed, or has failed to */
const settled = (worker) => new Promise((resolve) => {
  const look = () => {
    if (worker.state !== "installing") resolve();
  };
  worker.addEventListener("statechange", look);
  look();
});

/** Whether the page works offline.
 * @typedef {object} Offline
 * @property {boolean} ready the page opens without a network next time
 * @property {string} reason why not; "" if it does
 */

/**
 * Registers the service worker, and looks for a newer one. Resolves when it has all its files, so that nothing of it is
 * still downloading when the page is sealed; never rejects.
 *
 * Some time after a visit has begun browsers look for a newer one by themselves. So it is looked for before that, and
 * the HTTP cache may answer (for a day at most): where a host says how long its files hold, theirs is no request then.
 * @param {string | URL} script service-worker.js in the folder of index.html
 * @param {() => void} onUpdate a newer deployment waits: offer takeUpdate()
 * @returns {Promise<Offline>}
 */
export async function startOffline(script, onUpdate) {
  if (!("serviceWorker" in navigator)) return { ready: false, reason: "no service workers here" };
  try {
    const registration = await navigator.serviceWorker.register(script, { updateViaCache: "all" });
    const announce = () => {
      if (registration.waiting && navigator.serviceWorker.controller) onUpdate();
    };
    announce();
    const watch = (/** @type {ServiceWorker | null} */ worker) =>
      (worker ? settled(worker).then(announce) : Promise.resolve());
    registration.addEventListener("updatefound", () => void watch(registration.installing));
    const timeout = new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS));
    const looked = registration.active ? registration.update().catch(() => {}) : Promise.resolve();
    await Promise.race([looked.then(() => watch(registration.installing)), timeout]);
    const ready = Boolean(registration.active ?? registration.waiting);
    return { ready, reason: ready ? "" : "the offline copy is not complete yet" };
  } catch (error) {
    return { ready: false, reason: /** @type {Error} */ (error).message };
  }
}

/** Activates the newer deployment and reloads the page. */
export async function takeUpdate() {
  const registration = await navigator.serviceWorker.getRegistration();
  const reload = () => location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  registration?.waiting?.postMessage("take over");
}
