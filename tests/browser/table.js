/* table.js - the table of films alone, with as many films as a test wants, none of which is read.
 * SPDX-License-Identifier: MIT */
import { FilmQueue } from "../../web/page/films/film-queue.js";
import { styleSheet } from "../../web/page/style.js";
import { workspaceSheet } from "../../web/page/workspace-sheet.js";
import { FilmTable } from "../../web/page/table/film-table.js";

const LABELS = ["Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia", "Pneumothorax",
  "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia"];

/** Always the same, in 0..1. */
const score = (film, finding) => ((film * 7919 + finding * 104729) % 10007) / 10007;

const findingOf = (id) => (label, i) => ({ label, logit: 0, score: score(id, i), threshold: 0.9, above: score(id, i) > 0.9,
  evidence: "weak" });

const filmOf = (id) => ({
  id, name: `film-${id}.dcm`, fromCanvas: false, status: "done", error: null,
  result: { findings: LABELS.map(findingOf(id)), customFindings: [], reasons: id % 10 ? [] : [{ code: "TURNED", message: "" }],
    thumbnail: new Uint8ClampedArray(4096).fill(id % 256), timing: { inferMs: id } },
});

/** A table of so many films in the page. */
function open(count) {
  const queue = new FilmQueue(async () => null);
  queue.films = /** @type {any} */ (Array.from({ length: count }, (_, i) => filmOf(i + 1)));
  const opened = [];
  const table = new FilmTable(queue, { onOpen: ({ id }) => opened.push(id), knownOf: () => null }, new AbortController().signal);
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styleSheet(), workspaceSheet()];
  document.body.replaceChildren(host);
  root.append(table.element);
  table.update();
  return { root, table, queue, opened };
}

globalThis.evax = { open, score, LABELS };
