/* private-files.js - the browser's origin private file system, as far as web/model/kept-weights.js needs it: one folder, and
 * one handle that writes or several that read.
 * SPDX-License-Identifier: MIT */

const failure = (/** @type {string} */ name) => new DOMException(`${name} of the stand-in`, name);

/**
 * navigator.storage, whose files are those of a map.
 * @param {Map<string, Uint8Array>} files bytes by name
 * @returns {{ getDirectory: () => Promise<any>, room: number, open: Set<string> }} room: bytes that files may have in all;
 *   open: names of the files that have a handle
 */
export function privateFiles(files) {
  /** @type {Map<string, { name: string, writes: boolean }[]>} */
  const handles = new Map();
  const storage = {
    room: Infinity,
    get open() {
      return new Set([...handles].filter(([, all]) => all.length).map(([name]) => name));
    },
    getDirectory: async () => ({ getDirectoryHandle: async () => folder }),
  };
  const openHandle = (/** @type {string} */ name, /** @type {boolean} */ writes) => {
    const others = handles.get(name) ?? [];
    if (others.some((other) => writes || other.writes)) throw failure("NoModificationAllowedError");
    const self = { name, writes };
    handles.set(name, [...others, self]);
    return handleOf(self);
  };
  const handleOf = (/** @type {{ name: string, writes: boolean }} */ self) => ({
    getSize: () => files.get(self.name).length,
    truncate: (/** @type {number} */ size) => void files.set(self.name, files.get(self.name).slice(0, size)),
    read(/** @type {Uint8Array} */ to, /** @type {{ at: number }} */ { at }) {
      const piece = files.get(self.name).subarray(at, at + to.length);
      to.set(piece);
      return piece.length;
    },
    write(/** @type {Uint8Array} */ from, /** @type {{ at: number }} */ { at }) {
      const before = files.get(self.name), after = new Uint8Array(Math.max(before.length, at + from.length));
      const total = [...files.values()].reduce((sum, { length }) => sum + length, after.length - before.length);
      if (!self.writes) throw failure("NoModificationAllowedError");
      if (total > storage.room) throw failure("QuotaExceededError");
      after.set(before);
      after.set(from, at);
      files.set(self.name, after);
      return from.length;
    },
    close: () => void handles.set(self.name, handles.get(self.name).filter((other) => other !== self)),
  });
  const folder = {
    async getFileHandle(/** @type {string} */ name) {
      if (!files.has(name)) files.set(name, new Uint8Array(0));
      return { createSyncAccessHandle: async ({ mode = "readwrite" } = {}) => openHandle(name, mode !== "read-only") };
    },
    async removeEntry(/** @type {string} */ name) {
      if (storage.open.has(name)) throw failure("NoModificationAllowedError");
      files.delete(name);
    },
    async* keys() {
      yield* [...files.keys()];
    },
  };
  return storage;
}
