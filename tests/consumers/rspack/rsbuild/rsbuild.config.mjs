/* rsbuild.config.mjs - an entry that is a module of the page, at an address relative to it.
 * SPDX-License-Identifier: MIT */
export default { source: { entry: { index: "./app.js" } }, output: { assetPrefix: "auto" }, server: { printUrls: false } };
