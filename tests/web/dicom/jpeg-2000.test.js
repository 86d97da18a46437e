/* What a JPEG 2000 frame asks its decoder for is counted in its headers, and refused before it is decoded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jpeg2000Claim } from "../../../web/dicom/frame/jpeg-2000.js";
import { jpeg2000 } from "../../support/codestreams.js";
import { bytesOf, index, odd } from "../../support/dicom-films.js";
import { withCode } from "../../support/repository.js";

const claimOf = (how) => jpeg2000Claim(jpeg2000({ width: 1024, height: 1024, ...how }));
const refused = (how, what) => assert.throws(() => claimOf(how), withCode("DICOM_LIMIT", what));

/** Headers alone: what is promised behind them need not be there. */
const headOf = (how) => jpeg2000(how).subarray(0, 200);

test("code-blocks are counted over all bands, components and tiles", () => {
  // 1024 x 1024 samples may lie in 65,536 + 4,096 blocks: 4 x 4 makes 65,536 of them, and of three components thrice.
  assert.equal(claimOf({ block: 2, levels: 0 }).columns, 1024);
  refused({ block: 2, levels: 0, components: 3 }, /196608 code-blocks/);
  refused({ block: 2, levels: 0, width: 1200, height: 1024 }, /76800 code-blocks/);
  assert.equal(claimOf({ block: 2, levels: 0, tile: 512 }).rows, 1024);
});

test("precincts, packets and tiles are counted", () => {
  refused({ precinct: 1, block: 6, levels: 0 }, /(precincts|code-blocks)/);
  assert.throws(() => jpeg2000Claim(headOf({ width: 1024, height: 1024, layers: 65_535, levels: 5 })),
    withCode("DICOM_LIMIT", /393210 packets/));
  refused({ tile: 10, levels: 0 }, /10609 tiles/);
});

test("a tile's or a component's own division counts as the main header's does", () => {
  const whole = jpeg2000({ width: 1024, height: 1024, components: 3, levels: 0 });
  const sot = whole.indexOf(Buffer.from([0xff, 0x90]));
  const cod = Buffer.from([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]); // blocks of 4 x 4
  const coc = Buffer.from([0xff, 0x53, 0, 9, 2, 0, 0, 0, 0, 0, 1]);
  for (const segment of [cod, coc]) {
    const own = Buffer.concat([whole.subarray(0, sot + 12), segment, whole.subarray(sot + 12)]);
    own.writeUInt32BE(whole.readUInt32BE(sot + 6) + segment.length, sot + 6);
    assert.throws(() => jpeg2000Claim(own), withCode("DICOM_LIMIT", /196608 code-blocks/));
    const main = Buffer.concat([whole.subarray(0, sot), segment, whole.subarray(sot)]);
    assert.throws(() => jpeg2000Claim(main), withCode("DICOM_LIMIT", /196608 code-blocks/));
  }
});

test("films of encoders are far from any limit, and their headers never throw what is no EvaxError", () => {
  const isWaves = (name) => /j2k/.test(name);
  for (const bytes of [...Object.keys(index).filter(isWaves).map(bytesOf),
    ...Object.keys(odd.index).filter(isWaves).map(odd.bytesOf)]) {
    const at = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
    if (at < 0) continue;
    const frame = bytes.subarray(at);
    assert.equal(jpeg2000Claim(frame).codec, "jpeg-2000");
    for (let length = 0; length < 200; length++) {
      try {
        jpeg2000Claim(frame.subarray(0, length));
      } catch (error) {
        assert.equal(error.name, "EvaxError", error.stack);
      }
    }
  }
});
