/* model-folder.js - a model's folder that appears complete or not at all.
 * SPDX-License-Identifier: MIT */
import { cp, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EvaxError } from "../../../web/base/errors.js";

const OWN = /^(manifest\.json|chunk-.*\.bin)$/;

/** @param {string} folder */
async function isModel(folder) {
  try {
    return JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"))?.format === "evax-web";
  } catch {
    return false;
  }
}

/** @param {string} path @returns {Promise<import("node:fs").Stats | null>} */
const statOf = (path) => lstat(path).catch((error) => {
  if (error.code === "ENOENT") return null;
  throw error;
});

/**
 * Refuses a place that holds something else, with OUTPUT_EXISTS: anything but an empty folder, and with
 * `force` a model.
 * @param {string} target
 * @param {boolean} force
 */
async function checkTarget(target, force) {
  const stat = await statOf(target);
  if (!stat) return;
  if (!stat.isDirectory()) throw new EvaxError("OUTPUT_EXISTS", `${target} is not a folder`);
  if ((await readdir(target)).length === 0) return;
  if (!await isModel(target)) {
    throw new EvaxError("OUTPUT_EXISTS", `${target} is not empty, and holds no model`);
  }
  if (!force) throw new EvaxError("OUTPUT_EXISTS", `${target} holds a model; --force replaces it`);
}

/** Files that are not the model's stay. @param {string} from @param {string} to */
async function keepOthers(from, to) {
  for (const name of await readdir(from)) {
    if (!OWN.test(name)) {
      await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    }
  }
}

/** Puts `made` in the place of `target`, or leaves that as it was. @param {string} made
 * @param {string} target @param {string} beside */
async function swap(made, target, beside) {
  const old = join(beside, "old");
  const replaces = await statOf(target);
  if (replaces) {
    await keepOthers(target, made);
    await rename(target, old);
  }
  try {
    await rename(made, target);
  } catch (error) {
    if (replaces) await rename(old, target);
    throw error;
  }
}

/** @param {unknown} error @returns {never} */
function refuse(error) {
  const { code, syscall, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code && syscall) throw new EvaxError("OUTPUT_FAILED", message, { cause: error });
  throw error;
}

/** What writes a file of the folder. @typedef {(file: string, bytes: Uint8Array) => Promise<void>} Write */

/**
 * Makes a model's folder beside `target`; it takes that place once `fill` is done. Until then, and on any
 * failure, target stays as it was. Files in it that are not the model's are kept.
 * @template T
 * @param {string} target
 * @param {boolean} force replace a model that is there
 * @param {(write: Write) => Promise<T>} fill
 * @returns {Promise<T>} rejects with OUTPUT_EXISTS, OUTPUT_FAILED, or what fill does
 */
export async function replaceFolder(target, force, fill) {
  const path = resolve(target);
  await checkTarget(path, force).catch(refuse);
  const beside = await makeBeside(path).catch(refuse);
  try {
    const made = join(beside, "new");
    await mkdir(made);
    const result = await fill((file, bytes) => writeFile(join(made, file), bytes).catch(refuse));
    await swap(made, path, beside).catch(refuse);
    return result;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** @param {string} path */
async function makeBeside(path) {
  await mkdir(dirname(path), { recursive: true });
  return mkdtemp(join(dirname(path), `.${basename(path)}.`));
}
