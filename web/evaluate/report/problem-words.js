/* problem-words.js - what could not be used of films and labels, in sentences, for the page and the command line.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../labels/labels.js").Listed} Listed */

/** @type {Record<keyof import("./report.js").Report["problems"], string>} */
const WORDS = {
  refused: "films were refused",
  unmatchedRows: "rows of the table name films that are not here",
  unmatchedFilms: "films have no row in the table, and were not read",
  ambiguousRows: "rows could mean several films, and were left out",
  otherFolder: "films were found by their file name alone, in another folder than the table says",
  repeatedRows: "rows say the same again",
  contradictions: "films have rows that contradict each other; what differs counts as unknown",
  unknownFindings: "findings of the table are no label of the model",
  repeatedFilms: "films are the same picture as another, and count once",
  contradictingFilms: "films are the same picture as another, with other labels; what differs counts as unknown",
};

/** @typedef {{ words: string, listed: Listed }} Problem */

/** @param {import("./report.js").Report["problems"]} problems @returns {Problem[]} those that there are */
export const problemsInWords = (problems) => Object.entries(WORDS).flatMap(([name, words]) => {
  const listed = problems[/** @type {keyof typeof WORDS} */ (name)];
  return listed.count ? [{ words: `${listed.count} ${words}`, listed }] : [];
});
