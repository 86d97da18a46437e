/* own-model.js - where a person opens a model of their own, and finds those that this browser keeps.
 * SPDX-License-Identifier: MIT */
import { chosenFiles } from "./base/files.js";
import { size } from "./base/numbers.js";
import { fill, h } from "./base/dom.js";
import { text } from "./base/first-strings.js";

const strings = text.ownModel;

/** @typedef {import("../session/given-models.js").GivenFile} GivenFile */
/** @typedef {import("../session/supply.js").Kept} Kept */
/** What is to be done with the model, before the first film. @typedef {{ keep: boolean, save: boolean }} Wishes */
/** @typedef {object} OwnModelActions
 * @property {(given: GivenFile[], wishes: Wishes) => void} onGiven
 * @property {(hash: string) => void} onKept
 * @property {(hash: string) => void} onForget
 * @property {() => Promise<string>} chooseFolder
 */

const MODEL_FILES = ".pth,.pt,.bin,.ckpt,.safetensors,.json,.zip";

/** @param {Kept} kept @param {OwnModelActions} actions */
const keptList = ({ models, usedBytes, quotaBytes }, { onKept, onForget }) => h("div", { class: "kept" },
  h("h4", {}, strings.kept),
  h("ul", {}, ...models.map(({ hash, name, bytes }) => h("li", {},
    h("button", { type: "button", class: "kept-model", title: hash, onclick: () => onKept(hash) }, strings.openKept(name)),
    h("span", { class: "fine" }, `${size(bytes)}, ${hash.slice(0, 12)}`),
    h("button", { type: "button", class: "quiet", "aria-label": strings.forget(name), onclick: () => onForget(hash) },
      strings.forgetShort)))),
  h("p", { class: "fine" }, quotaBytes > 0 && `${strings.keptTotal(
    size(models.reduce((sum, { bytes }) => sum + bytes, 0)), size(usedBytes), size(quotaBytes))} `, strings.keptNote));

/** A button that opens a chooser. @param {string} label @param {object} kind of chooser
 * @param {(given: GivenFile[]) => void} take */
function opener(label, kind, take) {
  const input = h("input", { type: "file", hidden: true, ...kind });
  input.addEventListener("change", () => {
    const given = chosenFiles(input);
    input.value = "";
    if (given.length) take(given);
  });
  return [h("button", { type: "button", onclick: () => input.click() }, label), input];
}

/** Whether to save into a folder, and which. @param {() => Promise<string>} chooseFolder */
function folderChoice(chooseFolder) {
  let chosen = false;
  const button = h("button", { type: "button", class: "quiet choose-folder", onclick: async () => {
    const name = await chooseFolder();
    chosen = name !== "";
    fill(button, chosen ? strings.savedIn(name) : strings.chooseFolder);
  } }, strings.chooseFolder);
  return { element: h("p", {}, `${strings.save}: `, button), wanted: () => chosen };
}

/** @param {(given: GivenFile[]) => void} take */
const choosers = (take) => h("p", { class: "actions" },
  ...opener(strings.open, { multiple: true, accept: MODEL_FILES, class: "model-file" }, take),
  ...opener(strings.openFolder, { webkitdirectory: true, class: "model-folder" }, take));

/** On the first screen. @param {Kept} kept @param {OwnModelActions} actions */
export function ownModelView(kept, actions) {
  const keep = h("input", { type: "checkbox", checked: true });
  const folder = folderChoice(actions.chooseFolder);
  const take = (/** @type {GivenFile[]} */ given) =>
    actions.onGiven(given, { keep: keep.checked, save: folder.wanted() });
  const element = h("section", { class: "notice own-model", "aria-label": strings.heading }, h("h3", {}, strings.heading),
    kept.models.length > 0 && keptList(kept, actions), h("p", {}, strings.hint),
    h("p", {}, h("label", { class: "check" }, keep, strings.keep)),
    kept.folders && folder.element, choosers(take));
  return { element, take };
}

/** Once the frame is sealed, where there is no model to go on with. @param {(given: GivenFile[]) => void} take */
export const sealedModelView = (take) => h("section", { class: "sheet" },
  h("h2", { tabindex: "-1" }, strings.sealedHeading), h("p", { class: "lead" }, strings.sealedHint), choosers(take));
