/* program.mjs - serves a folder with films and model, starts workerd, and prints what it answers.
 *
 *     program.mjs FOLDER
 *
 * SPDX-License-Identifier: MIT */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";

const [folder] = process.argv.slice(2);
const server = createServer(({ url }, answer) => void createReadStream(folder + url).pipe(answer));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const files = `http://127.0.0.1:${server.address().port}/`;

const port = 20_000 + Math.floor(Math.random() * 20_000);
const workerd = spawn("../node_modules/@cloudflare/workerd-linux-64/bin/workerd",
  ["serve", "config.capnp", "--socket-addr", `http=127.0.0.1:${port}`], { stdio: ["ignore", "inherit", "inherit"] });
try {
  let answer = null;
  while (!answer && workerd.exitCode === null) {
    answer = await fetch(`http://127.0.0.1:${port}/?files=${files}`).catch(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
  console.log(answer.ok ? await answer.text() : JSON.stringify({ error: await answer.text() }));
} finally {
  workerd.kill();
  server.closeAllConnections();
  server.close();
}
