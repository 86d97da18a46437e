/* main.ts - an application of Angular whose page uses the package.
 * SPDX-License-Identifier: MIT */
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import "../app.js";

@Component({ selector: "app-root", template: "" })
class Root {}

bootstrapApplication(Root);
