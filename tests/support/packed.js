/* packed.js - the package as npm would publish it: staged, packed and unpacked again.
 * SPDX-License-Identifier: MIT */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packPackage, stagePackage } from "../../tools/build/package.js";
import { temporaryFolder } from "./repository.js";

/** Needs what `make package-parts` builds.
 * @returns {Promise<{ folder: string, archive: string, files: string[], size: number }>} folder with the unpacked files; path
 *   of the archive; paths of its files, sorted; its size in bytes */
export async function packedPackage() {
  const work = temporaryFolder();
  await stagePackage(join(work, "staged"));
  const { filename, files, size } = packPackage(join(work, "staged"));
  execFileSync("tar", ["-xzf", filename], { cwd: work });
  return { folder: join(work, "package"), archive: join(work, filename), files, size };
}
