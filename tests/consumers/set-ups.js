/* set-ups.js - how people put the package into their pages and programs: a row each.
 * SPDX-License-Identifier: MIT */

import { serverWith } from "./servers.js";

/** A way of using the package. Commands run in a folder of the set-up's own, below which app.js and its template lie.
 * @typedef {object} SetUp
 * @property {string} name
 * @property {string} tool whose version is told: a folder of node_modules
 * @property {string[]} template folders below tests/consumers whose files are copied, the later over the earlier
 * @property {string[][]} [build] commands that make the site
 * @property {string} [site] folder that it makes, for any static server
 * @property {string} [made] folder of what browsers get, where that is not site
 * @property {(port: number) => string[]} [start] command that serves what was built, where it needs a server of its own
 * @property {(port: number) => string[]} [dev] command that serves it for development
 * @property {(given: { files: string, roomHashes: string }) => string} [policy] Content-Security-Policy of the site; files:
 *   origin of models and films
 * @property {string} [route] address below the server's root that answers with the logits that the server itself computed
 * @property {string[]} [program] command that prints logits; no page
 * @property {boolean} [silent] it prints no logits; its exit status tells
 * @property {number} [times] that it runs
 * @property {RegExp} [refused] what the package must say, where it cannot work
 * @property {RegExp} [refusedFilm] what it must say of the JPEG 2000 film, where that cannot be decoded
 * @property {(given: { files: string }) => string} [path] of the page, below the server's root
 * @property {ReturnType<typeof import("./servers.js").serverWith>} [server] that serves the site, and the films and the model
 *   as well
 * @property {Parameters<typeof import("./chromium.js").tryPage>[2]} [how] the page is used
 * @property {string} [lines] what the set-up had to be told
 */

/** The folder of a set-up. @param {string} name */
export const folderOf = (name) => name.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();

/** A program of a package, however its file is called. @param {string} path below node_modules */
const node = (path, ...args) => ["node", `../node_modules/${path}`, ...args];

/** @param {number} version @returns {SetUp} */
const vite = (version) => ({
  name: `Vite ${version}`,
  tool: `vite${version}`,
  template: ["app"],
  build: [node(`vite${version}/bin/vite.js`, "build", "--base", "./")],
  site: "dist",
  dev: (port) => node(`vite${version}/bin/vite.js`, "--port", String(port), "--strictPort"),
});

/* What README tells those whose bundler copies nothing: the package's files beside the bundle, or elsewhere. */
const vendor = (folder) => node("eva-x-web/tools/cli/evax.js", "vendor", folder);
const page = (folder) => ["cp", "index.html", folder];
const ELSEWHERE = { options: { assets: { base: "evax/" } }, attributes: { assets: "evax/" } };

const webpack = [
  { name: "webpack 5.61", tool: "webpack-5-61", template: ["app", "html-main", "webpack/template"],
    build: [["node", "build.cjs"], page("dist")], site: "dist" },
  { name: "webpack 5", tool: "webpack", template: ["app", "html-main"],
    build: [node("webpack-cli/bin/cli.js", "--mode", "production", "--entry", "./app.js", "-o", "dist"), page("dist")], site: "dist",
    dev: (port) => node("webpack-cli/bin/cli.js", "serve", "--mode", "development", "--entry", "./app.js", "--static", ".", "--port", String(port)) },
];

const rollup = [
  { name: "Rollup, import-meta-assets", tool: "rollup", template: ["app", "html-main", "rollup/template"],
    build: [["env", "ASSETS=1", ...node("rollup/dist/bin/rollup", "-c")], page("dist")], site: "dist" },
  { name: "Rollup", tool: "rollup", template: ["app", "html-main", "rollup/template"], how: ELSEWHERE, lines: "evax vendor dist/evax; assets: { base: \"evax/\" }",
    build: [node("rollup/dist/bin/rollup", "-c"), page("dist"), vendor("dist/evax")], site: "dist" },
];

const ESBUILD = ["../node_modules/@esbuild/linux-x64/bin/esbuild", "app.js", "--bundle", "--minify", "--format=esm", "--outfile=dist/main.js"];
const esbuild = [
  { name: "esbuild", tool: "esbuild", template: ["app", "html-main"], lines: "evax vendor dist",
    build: [ESBUILD, page("dist"), vendor("dist")], site: "dist" },
  { name: "esbuild, elsewhere", tool: "esbuild", template: ["app", "html-main"], how: ELSEWHERE, lines: "evax vendor dist/evax; assets: { base: \"evax/\" }",
    build: [ESBUILD, page("dist"), vendor("dist/evax")], site: "dist" },
];

const parcel = [
  { name: "Parcel", tool: "parcel", template: ["app"], lines: "packageExports of its resolver",
    build: [node("parcel/lib/bin.js", "build", "index.html", "--dist-dir", "dist", "--public-url", "./", "--no-cache")], site: "dist",
    dev: (port) => node("parcel/lib/bin.js", "serve", "index.html", "--port", String(port), "--no-cache") },
];

/** Without any tool: what evax vendor copies, and a policy. @param {string} more directives */
const strict = (more = "") => ({ files, roomHashes }) => `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${roomHashes}; `
  + `worker-src 'self' blob:; connect-src 'self' ${files}; img-src blob: data:${more}`;
const direct = ["sed", "-i", "s#eva-x-web/element#./evax/element.js#; s#\"eva-x-web\"#\"./evax/evax.js\"#", "app.js"];
const vendored = { tool: "eva-x-web", template: ["app"], build: [direct, vendor("evax")], site: "." };
const only = { how: { element: false } };
const plain = [
  { ...vendored, name: "import map", template: ["app", "plain/import-map"], build: [vendor("evax")], lines: "evax vendor evax; an import map" },
  { ...vendored, name: "other origin", template: ["app", "plain/other-origin"], build: [], lines: "an import map with its address",
    path: ({ files }) => `?package=${files}/evax/` },
  { ...vendored, name: "strict policy", policy: strict(), lines: "the directives of INTEGRATION.md" },
  { ...vendored, name: "Trusted Types", policy: strict("; require-trusted-types-for 'script'; trusted-types eva-x-web") },
  { ...vendored, name: "policy default-src self", ...only, policy: ({ files }) => `default-src 'self'; connect-src 'self' ${files}`,
    refused: /WASM_LOAD.*script-src 'wasm-unsafe-eval'/ },
  { ...vendored, name: "policy without worker-src", ...only, refused: /WORKER_LOAD.*engine-worker\.bundle\.js.*worker-src 'self'/,
    policy: ({ files }) => `default-src 'none'; worker-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${files}` },
  { ...vendored, name: "other origin, no blob:", template: ["app", "plain/other-origin"], build: [], ...only,
    path: ({ files }) => `?package=${files}/evax/`, refused: /WORKER_LOAD.*worker-src blob:/,
    policy: ({ files }) => `default-src 'none'; worker-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' ${files}; connect-src 'self' ${files}` },
];

const own = { ...vendored, build: [direct, vendor("evax"), ["cp", "-r", "../../files/model", "../../files/film.png", "../../files/film.dcm", "."]] };
const servers = [
  { ...own, name: "server without types", server: serverWith({ other: "application/octet-stream" }) },
  { ...own, name: "server, all else text", server: serverWith({ other: "text/plain; charset=utf-8" }) },
  { ...own, name: "server that gzips", server: serverWith({ encoding: "gzip" }) },
  { ...own, name: "server with Brotli", server: serverWith({ encoding: "br" }) },
  { ...own, name: "a page for every address", server: serverWith({ fallback: true }) },
  { ...own, name: "the same, files missing", server: serverWith({ fallback: true }), build: [...own.build, ["sh", "-c", "rm evax/wasm/*.wasm"]],
    ...only, refused: /WASM_LOAD.*evax\/wasm\/.*is an HTML page.*Serve web\/wasm/ },
  { ...own, name: "the same, no worker", server: serverWith({ fallback: true }), build: [...own.build, ["rm", "evax/worker/engine-worker.bundle.js"]],
    ...only, refused: /WORKER_LOAD.*evax\/worker\/.*the server sent text\/html, not a script.*evax vendor/ },
  { ...own, name: "files missing", server: serverWith({}), build: [...own.build, ["sh", "-c", "rm evax/wasm/*.wasm"]],
    ...only, refused: /WASM_LOAD.*evax\/wasm\/.*HTTP status 404.*Serve web\/wasm/ },
];

/** @param {string} name @param {string[]} flags @returns {SetUp} */
const nextOf = (name, ...flags) => ({
  name, tool: "next", template: ["app", "next/template"], route: "api?files=", made: ".next/static",
  lines: "serverExternalPackages: [\"eva-x-web\"]; outputFileTracingIncludes for a standalone output",
  build: [node("next/dist/bin/next", "build", ...flags), ["cp", "-r", ".next/static", `.next/standalone/${folderOf(name)}/.next/static`]],
  start: () => ["node", `.next/standalone/${folderOf(name)}/server.js`],
  dev: (port) => node("next/dist/bin/next", "dev", "-p", String(port), ...flags),
});
const next = [nextOf("Next, Turbopack"), nextOf("Next, webpack", "--webpack")];
const next15 = [nextOf("Next 15, Turbopack", "--turbopack"), nextOf("Next 15, webpack")];

const astro = [{ name: "Astro", tool: "astro", template: ["app", "astro/template"],
  made: "dist", build: [node("astro/bin/astro.mjs", "build")], start: (port) => node("astro/bin/astro.mjs", "preview", "--port", String(port)),
  dev: (port) => node("astro/bin/astro.mjs", "dev", "--port", String(port)) }];

const sveltekit = [{ name: "SvelteKit", tool: "@sveltejs/kit", template: ["app", "sveltekit/template"],
  made: "build/client", build: [["rm", "index.html"], node("vite/bin/vite.js", "build")], start: () => ["node", "build/index.js"],
  dev: (port) => node("vite/bin/vite.js", "--port", String(port), "--strictPort") }];

const rspack = [
  { name: "Rspack", tool: "@rspack/core", template: ["app", "html-main", "rspack/template"],
    build: [node("@rspack/cli/bin/rspack.js", "build", "--mode", "production"), page("dist")], site: "dist",
    dev: (port) => node("@rspack/cli/bin/rspack.js", "dev", "--mode", "development", "--port", String(port)) },
  { name: "Rsbuild", tool: "@rsbuild/core", template: ["app", "rspack/rsbuild"],
    build: [node("@rsbuild/core/bin/rsbuild.js", "build")], site: "dist",
    dev: (port) => node("@rsbuild/core/bin/rsbuild.js", "dev", "--port", String(port)) },
];

const angular = [{ name: "Angular", tool: "@angular/core", template: ["app", "angular/template"], how: ELSEWHERE,
  lines: "evax vendor evax, among assets; assets: { base: \"evax/\" }",
  build: [vendor("evax"), node("@angular/cli/bin/ng.js", "build")], site: "dist/browser",
  dev: (port) => node("@angular/cli/bin/ng.js", "serve", "--port", String(port)) }];

/** @param {string} name @param {string} tool @param {string[]} program @returns {SetUp} */
const programOf = (name, tool, program, more = {}) => ({ name, tool, template: ["program"], program: [...program, "program.mjs"], ...more });
const nodeOf = (tool, times = 1) => programOf(`Node ${tool.slice(5).replace("-", ".")}`, tool, [`../node_modules/${tool}/bin/node`], { times });
const nodes = [nodeOf("node-20-3", 4), nodeOf("node-20"), nodeOf("node-22"), nodeOf("node-24"), nodeOf("node-26")];

const runtimes = [
  programOf("Bun", "@oven/bun-linux-x64", ["../node_modules/@oven/bun-linux-x64/bin/bun"]),
  programOf("Deno", "@deno/linux-x64-glibc", ["../node_modules/@deno/linux-x64-glibc/deno", "run", "--allow-all"]),
  programOf("esbuild for Node", "esbuild", ["node"], { lines: "--external:eva-x-web",
    build: [[ESBUILD[0], "program.mjs", "--bundle", "--platform=node", "--format=esm", "--external:eva-x-web", "--outfile=program.mjs", "--allow-overwrite"]] }),
  { ...programOf("workerd", "workerd", ["node"]), template: ["runtimes/template"], refusedFilm: /^DICOM_SYNTAX/, lines: "load({ wasm }), imported",
    build: [[ESBUILD[0], "worker.js", "--bundle", "--format=esm", "--external:*.wasm", "--outfile=worker.bundle.js"]] },
];

const testRunners = [
  { name: "Jest, Node and jsdom", tool: "jest", template: ["test-runners/template"], silent: true, lines: "--experimental-vm-modules",
    program: ["node", "--experimental-vm-modules", "../node_modules/jest/bin/jest.js"] },
  { name: "Vitest, Node and jsdom", tool: "vitest", template: ["test-runners/template"], silent: true, program: node("vitest/vitest.mjs", "run") },
];

/** @param {string} tool @returns {SetUp[]} */
const compiler = (tool) => [["without DOM", "tsconfig.json"], ["page and React", "tsconfig.page.json"]].map(([what, file]) => ({
  name: `TypeScript ${tool.slice(11).replace("-", ".")}, ${what}`, tool, template: ["types/template"], silent: true,
  program: node(`${tool}/bin/tsc`, "-p", file) }));
const types = [
  ...["typescript-5-0", "typescript-5-9", "typescript-6", "typescript-7"].flatMap(compiler),
  { name: "Are the types wrong", tool: "@arethetypeswrong/cli", template: ["types/template"], silent: true,
    program: node("@arethetypeswrong/cli/dist/index.js", "../package.tgz", "--profile", "esm-only", "--quiet") },
  { name: "publint", tool: "publint", template: ["types/template"], silent: true, program: node("publint/src/cli.js", "../package.tgz", "--strict", "--level", "warning") },
];

/** By family: what is installed together. @type {Record<string, SetUp[]>} */
export const FAMILIES = {
  vite: [5, 6, 7, 8].map(vite), webpack, rollup, esbuild, next, "next-15": next15, parcel, angular, sveltekit, astro, rspack, plain: [...plain, ...servers],
  "node-versions": nodes, runtimes, "test-runners": testRunners, types,
};
