/* angular.js - the element in Angular, without zone.js. CUSTOM_ELEMENTS_SCHEMA lets templates name elements that are no
 * components. In TypeScript the object below stands in @Component({ ... }).
 * SPDX-License-Identifier: MIT */
import "@angular/compiler"; // templates are compiled in the page here; Angular's own build does that before
import { CUSTOM_ELEMENTS_SCHEMA, Component, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import "../web/element.js"; // in a project of your own: "eva-x-web/element"

class Reader {
  state = signal("loading");
  shown = signal(true);
  /** Findings of each film, by its name. */
  films = signal(/** @type {[string, number][]} */ ([]));

  /** @param {CustomEvent<{ name: string, findings: unknown[] }>} event */
  add({ detail: { name, findings } }) {
    this.films.update((films) => [...films.filter(([other]) => other !== name), [name, findings.length]]);
  }
}

Component({
  selector: "film-reader",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button type="button" (click)="shown.set(!shown())">{{ shown() ? "Hide" : "Show" }}</button>
    <output>{{ state() }}</output>
    <ul>@for (film of films(); track film[0]) { <li>{{ film[0] }}: {{ film[1] }} findings</li> }</ul>
    @if (shown()) {
      <evax-xray model="../model/demo/" results="page" assets="../web/" style="block-size: 40rem"
        (ready)="state.set('ready')" (result)="add($event)" (error)="state.set($event.error.code)"></evax-xray>
    }`,
})(Reader);

void bootstrapApplication(Reader);
