/* page.tsx - the element in a page's types and in React's.
 * SPDX-License-Identifier: MIT */
import "eva-x-web/element";
import type {} from "eva-x-web/react";

export const shown = <evax-xray model="model/" results="page" />;
// @ts-expect-error no such value
export const wrong = <evax-xray model="model/" results="pages" />;
export const name: Promise<unknown> | undefined = document.querySelector("evax-xray")?.analyze(new Blob([]));
