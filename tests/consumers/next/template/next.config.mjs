/* next.config.mjs - the package in route handlers: left out of the server's bundle, its files traced into standalone.
 * The root is where node_modules lies.
 * SPDX-License-Identifier: MIT */
import { dirname } from "node:path";

const root = dirname(import.meta.dirname);
export default {
  output: "standalone",
  serverExternalPackages: ["eva-x-web"],
  outputFileTracingIncludes: { "/api": ["../node_modules/eva-x-web/{web,model}/**/*"] },
  outputFileTracingRoot: root,
  turbopack: { root },
};
