/* rspack.config.mjs - an entry, and a page beside it.
 * SPDX-License-Identifier: MIT */
export default { entry: "./app.js", output: { path: `${import.meta.dirname}/dist`, publicPath: "auto" }, devServer: { static: "." } };
