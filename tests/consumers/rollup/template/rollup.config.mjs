/* rollup.config.mjs - a page's script, and the files that it names by import.meta.url.
 * SPDX-License-Identifier: MIT */
import nodeResolve from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";

export default {
  input: { main: "app.js" },
  output: { dir: "dist" },
  plugins: [nodeResolve({ browser: true }), ...(process.env.ASSETS ? [importMetaAssets()] : [])],
};
