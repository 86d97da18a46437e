/* build.cjs - a production build by a webpack that is too old for today's command line.
 * SPDX-License-Identifier: MIT */
const webpack = require("webpack-5-61");

const options = { mode: "production", entry: "./app.js", output: { path: `${__dirname}/dist` } };
webpack(options, (error, stats) => {
  console.log(error ?? stats.toString("errors-warnings"));
  process.exitCode = error || stats.hasErrors() ? 1 : 0;
});
