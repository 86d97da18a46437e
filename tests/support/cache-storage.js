/* cache-storage.js - the browser's Cache Storage, as far as web/model/cache.js needs it.
 * SPDX-License-Identifier: MIT */

/**
 * One cache, whose entries are those of a map.
 * @param {Map<string, Uint8Array<ArrayBuffer>>} stored bytes by address
 * @returns {CacheStorage & { puts: string[], delay: number, refuse: Error | null }} puts: the
 *   addresses stored under, in order; delay: ms that storing takes; refuse: the error that storing
 *   rejects with
 */
export function cacheStorage(stored) {
  const storage = /** @type {any} */ ({
    puts: [],
    delay: 0,
    refuse: null,
    open: async () => cache,
  });
  const cache = {
    keys: async () => [...stored.keys()].map((url) => ({ url })),
    /** @param {string} key */
    match: async (key) => stored.has(key) ? new Response(stored.get(key)) : undefined,
    /** @param {string} key @param {Response} response */
    async put(key, response) {
      storage.puts.push(key);
      if (storage.refuse) throw storage.refuse;
      await new Promise((resolve) => setTimeout(resolve, storage.delay));
      stored.set(key, new Uint8Array(await response.arrayBuffer()));
    },
    /** @param {string} key */
    delete: async (key) => stored.delete(key),
  };
  return storage;
}
