/* vite.config.js - SvelteKit with a server of Node.
 * SPDX-License-Identifier: MIT */
import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";

/* Here, not in a project, node_modules lies above. */
export default { plugins: [sveltekit({ adapter: adapter() })], server: { fs: { allow: [".."] } } };
