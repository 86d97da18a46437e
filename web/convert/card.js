/* card.js - the user's card: a JSON object with what a checkpoint cannot say of itself.
 *
 *     labels, scoring               in output order; both or neither
 *     name, licence, attribution, notice
 *     findings                      label -> threshold, sensitivity, specificity, auc, ...
 *     guard                         tests of an embedding (model/FORMAT.md, section 6)
 *
 * Only the names and the members that the manifest does not check are checked here: that anything else is
 * refused, so that a misspelt member is not lost in silence. What goes into the manifest is checked as
 * every manifest is, before the conversion begins.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { isObject } from "../base/members.js";
import { parseStrictJson } from "../base/strict-json.js";
import { FINDING_FACTS } from "../model/manifest.js";
import { listing } from "./checkpoint/tensor.js";

/** @typedef {object} Card
 * @property {string} [name]
 * @property {string[]} [labels]
 * @property {"sigmoid" | "softmax"} [scoring]
 * @property {Record<string, import("../model/manifest.js").FindingFacts>} [findings]
 * @property {import("../model/manifest.js").OodMember} [guard]
 * @property {string} [licence]
 * @property {string} [attribution]
 * @property {string} [notice]
 */

const MAX_BYTES = 1 << 20;
const MEMBERS = [
  "name", "labels", "scoring", "findings", "guard", "licence", "attribution", "notice",
];

/** @param {string} detail @returns {never} */
function refuseCard(detail) {
  throw new EvaxError("CARD_INVALID", detail);
}

/** @param {Record<string, any>} findings @param {string[]} labels */
function checkFindings(findings, labels) {
  for (const [label, facts] of Object.entries(findings)) {
    if (!labels.includes(label)) {
      refuseCard(`it has facts about "${label}", which is not an output; outputs: ${listing(labels, 20)}`);
    }
    if (!isObject(facts)) refuseCard(`its facts about ${label} are not an object`);
    const unknown = Object.keys(facts).filter((member) => !FINDING_FACTS.includes(member));
    if (unknown.length) refuseCard(`${listing(unknown)} of ${label}: there is no such fact`);
  }
}

/**
 * A card as an object, with known members. Throws CARD_INVALID.
 * @param {unknown} card an object, or the bytes of a JSON file
 * @returns {Card}
 */
export function readCard(card) {
  const read = card instanceof Uint8Array ? parsed(card) : card;
  if (!isObject(read)) refuseCard("it is not an object");
  const unknown = Object.keys(read).filter((member) => !MEMBERS.includes(member));
  if (unknown.length) refuseCard(`it has unknown members: ${listing(unknown)}`);
  if (("labels" in read) !== ("scoring" in read)) refuseCard("it needs labels and scoring together");
  if ("labels" in read && !Array.isArray(read.labels)) refuseCard("its labels are not a list");
  if ("scoring" in read && !["sigmoid", "softmax"].includes(read.scoring)) {
    refuseCard("its scoring is neither \"sigmoid\" nor \"softmax\"");
  }
  if ("findings" in read && !isObject(read.findings)) refuseCard("its findings are not an object");
  return read;
}

/** @param {Uint8Array} bytes */
function parsed(bytes) {
  if (bytes.length > MAX_BYTES) refuseCard("it has more than a million bytes");
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    return refuseCard(`it is not JSON: ${/** @type {Error} */ (error).message}`);
  }
}

/** The card's findings, in the order of the labels. Throws CARD_INVALID for others.
 * @param {Card} card @param {string[]} labels */
export function findingsOf({ findings = {} }, labels) {
  checkFindings(findings, labels);
  return Object.fromEntries(labels.filter((label) => Object.hasOwn(findings, label))
    .map((label) => [label, findings[label]]));
}
