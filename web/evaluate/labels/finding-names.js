/* finding-names.js - which of a model's labels a heading or a word of a table means.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { didYouMean } from "../../base/suggest.js";
import { sameLabel } from "../../base/visible.js";

/* The same finding under two names: ChestX-ray14's, and CheXpert's. */
const SYNONYMS = [["effusion", "pleural effusion"]];

/** @param {string} name */
function canonical(name) {
  const plain = sameLabel(name);
  return SYNONYMS.find((names) => names.includes(plain))?.[0] ?? plain;
}

/**
 * Names of a table to the model's labels.
 * @param {readonly string[]} labels of the model
 * @param {Readonly<Record<string, string>>} mapping name in the table to label, before any rule
 * @returns {(name: string) => number} the label's place; -1 for none. Throws OPTION_INVALID for a label that is none
 */
export function findingNames(labels, mapping) {
  const places = new Map(labels.map((label, i) => [canonical(label), i]));
  for (const [name, label] of Object.entries(mapping)) {
    const place = labels.indexOf(label);
    if (place < 0) {
      throw new EvaxError("OPTION_INVALID", `${name} is mapped to ${label}, which the model does not have${didYouMean(label, labels)}`);
    }
    places.set(canonical(name), place);
  }
  return (name) => places.get(canonical(name)) ?? -1;
}
