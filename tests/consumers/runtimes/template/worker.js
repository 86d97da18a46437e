/* worker.js - a server's worker without threads, files or compiling: it answers with the logits of the films of an
 * address, and with what is said of the one that needs a thread.
 * SPDX-License-Identifier: MIT */
import { load } from "eva-x-web";
import wasm from "eva-x-web/wasm/evax-simd128.wasm";

export default {
  async fetch(request) {
    const files = new URL(request.url).searchParams.get("files");
    const engine = await load({ model: `${files}model/`, wasm });
    const read = async (name) => engine.analyze(await fetch(files + name))
      .then(({ findings }) => findings.map(({ logit }) => logit), ({ code, message, hint }) => `${code}: ${message} ${hint}`);
    return Response.json([await read("film.png"), await read("film.dcm")]);
  },
};
