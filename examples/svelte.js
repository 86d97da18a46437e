/* svelte.js - the element in Svelte 5: svelte-reader.svelte on a page.
 * SPDX-License-Identifier: MIT */
import { mount } from "svelte";
import "../web/element.js"; // in a project of your own: "eva-x-web/element"
import Reader from "./svelte-reader.svelte";

mount(Reader, { target: /** @type {HTMLElement} */ (document.querySelector("#app")) });
