/* measure-film.js - what reading one DICOM file costs, in a process of its own:
 *
 *     node measure-film.js FILE     one line of JSON: { code, cpuMs, peakMb, turns, sameAfter }
 *
 * code: of the error, "" if it was read; cpuMs and peakMb: of the whole process, beyond what it took
 * before; turns: how often the event loop ran meanwhile; sameAfter: whether another film is then read
 * as before.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { bytesOf, read } from "./dicom-films.js";

const scores = async () => (await read(bytesOf("cr12.j2k.dcm"))).findings.map(({ logit }) => logit).join();
const cpu = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

const bytes = new Uint8Array(readFileSync(process.argv[2]));
const before = await scores();
const [memory, start] = [process.resourceUsage().maxRSS, cpu()];
let turns = 0;
const count = () => {
  turns += 1;
  immediate = setImmediate(count);
};
let immediate = setImmediate(count);
const { code = "" } = await read(bytes, { frame: 1 }).catch((error) => error);
clearImmediate(immediate);
const cpuMs = cpu() - start;
const peakMb = (process.resourceUsage().maxRSS - memory) / 1000;
console.log(JSON.stringify({ code, cpuMs, peakMb, turns, sameAfter: before === await scores() }));
process.exit(0);
