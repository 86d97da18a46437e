/* set-ups.js - how people put the package into their pages and programs: a row each.
 * SPDX-License-Identifier: MIT */

/** A way of using the package. Commands run in a folder of the set-up's own, below which app.js and its template lie.
 * @typedef {object} SetUp
 * @property {string} name
 * @property {string} tool whose version is told: a folder of node_modules
 * @property {string[]} template folders below tests/consumers whose files are copied, the later over the earlier
 * @property {string[][]} [build] commands that make the site
 * @property {string} [site] folder that it makes, for any static server
 * @property {(port: number) => string[]} [start] command that serves what was built, where it needs a server of its own
 * @property {(port: number) => string[]} [dev] command that serves it for development
 * @property {string} [path] of the page, below the server's root
 * @property {Parameters<typeof import("./chromium.js").tryPage>[2]} [how] the page is used
 * @property {string} [lines] what the set-up had to be told
 */

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
  { name: "Parcel", tool: "parcel", template: ["app"],
    build: [node("parcel/lib/bin.js", "build", "index.html", "--public-url", "./", "--no-cache")], site: "dist",
    dev: (port) => node("parcel/lib/bin.js", "serve", "index.html", "--port", String(port), "--no-cache") },
];

/** By family: what is installed together. @type {Record<string, SetUp[]>} */
export const FAMILIES = {
  vite: [5, 6, 7, 8].map(vite), webpack, rollup, esbuild, parcel,
};
