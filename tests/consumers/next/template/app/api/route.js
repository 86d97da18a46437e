/* route.js - the package on the server: the logits of the films that the page reads, too.
 * SPDX-License-Identifier: MIT */
import { load } from "eva-x-web";
import { demoModel } from "eva-x-web/demo";

export async function GET(request) {
  const files = new URL(request.url).searchParams.get("files");
  const engine = await load(demoModel);
  const all = [];
  for (const film of ["film.png", "film.dcm"]) {
    const bytes = new Uint8Array(await (await fetch(files + film)).arrayBuffer());
    all.push((await engine.analyze(bytes)).findings.map(({ logit }) => logit));
  }
  engine.dispose();
  return Response.json(all);
}
