/* vitest.config.js - the tests of a page and of a program, each where it runs.
 * SPDX-License-Identifier: MIT */
export default { test: { globals: true, projects: [
  { extends: true, test: { name: "node", include: ["films.test.js"] } },
  { extends: true, test: { name: "jsdom", environment: "jsdom", include: ["page.test.js"] } },
] } };
