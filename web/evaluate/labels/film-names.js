/* film-names.js - which film a name in a table means: by as many folders of its path as agree, from its end.
 *
 * Tables name films by file name, by a path from a root that is elsewhere here, or without the ending. A tree of the
 * films' paths, read backward, finds the film in as many steps as the path has folders, whatever their number.
 * SPDX-License-Identifier: MIT */

/** A film's place, or the films that share the end of a path.
 * @typedef {number | Node} Branch */
/** Branches by the next folder; "" is the path that ends here. @typedef {Map<string, any>} Node any: a Branch */
/** film: its place; agreed: how many names of the path are the same; whole: whether one of the two paths ends there.
 * @typedef {{ film: number, agreed: number, whole: boolean }} Match */

/** File systems and tables may write an accent in two ways. @param {string} path */
const partsOf = (path) => path.normalize("NFC").split(/[/\\]/).filter((part) => part && part !== ".").reverse();

const ENDING = /\.(?:png|jpe?g|dcm|dicom)$/i;

/** @param {string} path */
const withoutEnding = (path) => path.replace(ENDING, "");

/** Films by the ends of their paths. */
class PathTree {
  /** @type {Node} */ #root = new Map();
  #paths;

  /** @param {readonly string[]} paths of the films */
  constructor(paths) {
    this.#paths = paths.map(partsOf);
    this.#paths.forEach((_, film) => this.#add(this.#root, film, 0));
  }

  /** @param {Node} node @param {number} film @param {number} depth */
  #add(node, film, depth) {
    const part = this.#paths[film][depth] ?? "";
    const there = /** @type {Branch | undefined} */ (node.get(part));
    if (there === undefined || part === "") {
      node.set(part, film);
    } else if (typeof there === "number") {
      /** @type {Node} */ const next = new Map();
      this.#add(next, there, depth + 1);
      this.#add(next, film, depth + 1);
      node.set(part, next);
    } else {
      this.#add(there, film, depth + 1);
    }
  }

  /** @param {string} path @returns {Match | "ambiguous" | null} */
  find(path) {
    const parts = partsOf(path);
    /** @type {Branch} */ let node = this.#root;
    for (let depth = 0; node instanceof Map; depth++) {
      const next = /** @type {Branch | undefined} */ (node.get(parts[depth] ?? ""));
      if (next === undefined) return depth ? "ambiguous" : null;
      node = next;
    }
    return this.#matchOf(parts, node);
  }

  /** @param {string[]} parts @param {number} film @returns {Match} */
  #matchOf(parts, film) {
    const own = this.#paths[film], shorter = Math.min(parts.length, own.length);
    let agreed = 0;
    while (agreed < shorter && parts[agreed] === own[agreed]) agreed++;
    return { film, agreed, whole: agreed === shorter };
  }
}

/** Finds films by the names that a table gives them. */
export class FilmNames {
  #exact;
  #names;
  /** @type {PathTree | null} */ #bare = null;

  /** @param {readonly string[]} names of the films, paths or file names */
  constructor(names) {
    this.#names = names;
    this.#exact = new PathTree(names);
  }

  /** The film that a name means; "ambiguous" where several could be meant, null where none is. A film with another
   * ending is taken where none has the same. @param {string} name */
  find(name) {
    const found = this.#exact.find(name);
    if (found) return found;
    this.#bare ??= new PathTree(this.#names.map(withoutEnding));
    return this.#bare.find(withoutEnding(name));
  }
}
