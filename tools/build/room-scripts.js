/* room-scripts.js - the two scripts of the sealed frame, cut at every import() (web/room/import-from-page.js):
 *
 *     room        web/room/room.js and all that it imports. Each import("...") in it reads evaxImport("...")
 *     workspace   the modules that those name, and what they import; what is in the first script already is taken from
 *                 there, so that no module is there twice
 *
 *     first    globalThis.evaxFirst  = { "base/errors.js": its exports, ... }     what the second needs of it
 *     second   globalThis.evaxSecond = { "page/workspace.js": its exports, ... }  what import() gives
 *
 * SPDX-License-Identifier: MIT */
import { posix, relative, sep } from "node:path";

const FIRST = "room/room.js";
/* How the bundler writes an import() of an external module, and what the frame runs instead. */
const IMPORTED = "evax:";
const WRITTEN = /\bimport\("evax:([^"]+)"\)/g;

/** @typedef {import("esbuild").BuildOptions} Options */
/** @typedef {import("esbuild").Plugin} Plugin */
/** Builds one script in memory; paths are relative to web/. @typedef {(options: Options) => Promise<import("esbuild").BuildResult<{
 *   write: false, metafile: true }>>} Build */

/** The path below web/ of what is imported. @param {import("esbuild").OnResolveArgs} args @param {string} web */
const pathOf = ({ path, resolveDir }, web) => posix.join(relative(web, resolveDir).split(sep).join("/"), path);

/** Leaves every import() to the frame. @param {string} web @param {Set<string>} late is told of their paths @returns {Plugin} */
const importsLeft = (web, late) => ({
  name: "imports-left",
  setup: ({ onResolve }) => onResolve({ filter: /^\./ }, (args) => {
    if (args.kind !== "dynamic-import") return undefined;
    const path = pathOf(args, web);
    late.add(path);
    return { path: IMPORTED + path, external: true };
  }),
});

/** Takes from the first script what is there. @param {string} web @param {Set<string>} there
 * @param {Set<string>} shared is told what that is @returns {Plugin} */
const takenFromFirst = (web, there, shared) => ({
  name: "taken-from-first",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\./ }, (args) => {
      const path = pathOf(args, web);
      if (!there.has(path)) return undefined;
      shared.add(path);
      return { path, namespace: "first" };
    });
    onLoad({ filter: /.*/, namespace: "first" }, ({ path }) =>
      ({ contents: `module.exports = evaxFirst[${JSON.stringify(path)}];`, loader: "js" }));
  },
});

/** A script that gives modules a name to be found by. @param {string} web @param {Iterable<string>} paths
 * @param {string} name @param {string} [before] @returns {Options} */
function named(web, paths, name, before = "") {
  const list = [...paths].sort();
  const imports = list.map((path, i) => `import * as m${i} from "./${path}";`);
  const members = list.map((path, i) => `${JSON.stringify(path)}: m${i}`);
  return { stdin: { contents: `${before}${imports.join("\n")}\nglobalThis.${name} = { ${members.join(", ")} };`, resolveDir: web } };
}

/** The modules of which a script has any code. @param {import("esbuild").Metafile} metafile */
const modulesIn = ({ outputs }) => new Set(Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)));

/** @param {{ outputFiles: import("esbuild").OutputFile[] }} result */
const textOf = ({ outputFiles: [{ text }] }) => text;

/** @param {Build} build @param {string} web @returns {Promise<{ room: Buffer, workspace: Buffer }>} */
export async function makeRoomScripts(build, web) {
  /** @type {Set<string>} */ const late = new Set();
  /** @type {Set<string>} */ const shared = new Set();
  const left = importsLeft(web, late);
  const alone = await build({ format: "esm", plugins: [left], entryPoints: [FIRST] });
  const second = await build({ format: "iife", plugins: [takenFromFirst(web, modulesIn(alone.metafile), shared)],
    ...named(web, late, "evaxSecond") });
  const first = await build({ format: "esm", plugins: [left], ...named(web, shared, "evaxFirst", `import "./${FIRST}";\n`) });
  return {
    room: Buffer.from(textOf(first).replace(WRITTEN, "evaxImport(\"$1\")")),
    workspace: Buffer.from(textOf(second)),
  };
}
