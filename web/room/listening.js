/* listening.js - what the room says to the page when it listens, and the page to the room: whichever is the first is
 * heard by the other when that one asks.
 * SPDX-License-Identifier: MIT */

export const LISTENING = "eva-x-web: listening";
