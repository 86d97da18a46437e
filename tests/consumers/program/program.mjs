/* program.mjs - the package in a program: prints the logits of the films in a folder, or what was said instead.
 *
 *     program.mjs FOLDER
 *
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { load } from "eva-x-web";

const folder = process.argv[2];
try {
  const engine = await load({ model: `${folder}/model`, threads: 2 });
  const all = [];
  for (const film of ["film.png", "film.dcm"]) {
    all.push((await engine.analyze(await readFile(`${folder}/${film}`))).findings.map(({ logit }) => logit));
  }
  engine.dispose();
  console.log(JSON.stringify(all));
} catch ({ name, code, message, hint }) {
  console.log(JSON.stringify({ error: `${name} ${code}: ${message} ${hint}` }));
}
