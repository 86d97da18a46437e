/* page.jsx - a page whose script is rendered on the server as well, where there are no elements.
 * SPDX-License-Identifier: MIT */
"use client";
import { useEffect } from "react";
import "../app.js";

export default function Page() {
  useEffect(() => { document.title = "eva-x-web in somebody's page"; }, []);
  return <main />;
}
