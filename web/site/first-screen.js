/* first-screen.js - what index.html shows before any script has run: the first screen as the room draws it while it waits for
 * the model (page/app.js, page/opening.js), with the same style sheet, so that nothing moves when the room is there. It lies
 * below the room's frame, which is clear until it paints, and takes no part in what a person does.
 *
 * tools/build/dist.js writes it into the page, in English: other languages come with the scripts.
 * SPDX-License-Identifier: MIT */
import { ICONS } from "../page/base/dom.js";
import { FIRST_ENGLISH } from "../page/base/first-strings.js";

/** @param {keyof typeof ICONS} name */
const icon = (name) => `<svg viewBox="0 0 24 24" class="icon"><path d="${ICONS[name]}"/></svg>`;

const { title, banner, seal, opening } = FIRST_ENGLISH;

const bar = `<header class="app-bar"><p class="brand">${title}</p><div class="bar-model"></div><div class="bar-views"></div>`
  + `<details class="seal pop" data-state="open"><summary>${icon("open")}<strong>${seal.open}</strong>`
  + `<span class="long">${seal.openLong}</span><span class="check-link">${seal.check}</span></summary></details>`
  + `<details class="menu pop"><summary>${icon("menu")}</summary></details></header>`;

const sheet = `<section class="sheet opening"><h2>${opening.heading}</h2><p class="lead">${opening.purpose}</p>`
  + `<p class="fine">${opening.looking}</p></section>`;

/** @param {string} style the room's first style sheet (page/style.js) */
export const firstScreenMarkup = (style) => `<div slot="waiting" inert><template shadowrootmode="open"><style>${style}</style>`
  + `<div class="app">${bar}<p class="banner">${banner}</p><div class="main">${sheet}</div></div></template></div>`;
