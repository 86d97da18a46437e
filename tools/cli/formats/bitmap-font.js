/* bitmap-font.js - a bitmap font of 5 x 7 pixels for pictures made without a browser: capitals, digits
 * and some signs.
 * SPDX-License-Identifier: MIT */

/* Columns from the left, the lowest bit on top. */
const GLYPHS = /** @type {Record<string, string>} */ ({
  A: "7e1111117e", B: "7f49494936", C: "3e41414122", D: "7f4141221c", E: "7f49494941",
  F: "7f09090901", G: "3e4149493a", H: "7f0808087f", I: "00417f4100", J: "2040413f01",
  K: "7f08142241", L: "7f40404040", M: "7f020c027f", N: "7f0408107f", O: "3e4141413e",
  P: "7f09090906", Q: "3e4151215e", R: "7f09192946", S: "2649494932", T: "01017f0101",
  U: "3f4040403f", V: "1f2040201f", W: "3f4038403f", X: "6314081463", Y: "0708700807",
  Z: "6151494543", 0: "3e5149453e", 1: "00427f4000", 2: "4261514946", 3: "2241494936",
  4: "1814127f10", 5: "2745454539", 6: "3c4a494930", 7: "0171090503", 8: "3649494936",
  9: "064949291e", ".": "0060600000", ",": "0050300000", ":": "0036360000", "-": "0808080808",
  "(": "001c224100", ")": "0041221c00", "<": "0814224100", ">": "0041221408", "/": "2010080402",
  " ": "0000000000", "?": "0201510906",
});
const PITCH = 6; // columns from one letter to the next

/**
 * Writes a text in capitals; characters without a glyph become question marks.
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} image RGBA
 * @param {string} words @param {number} x left @param {number} y top
 * @param {number} [gray] 0..255 @param {number} [scale] pixels for a dot
 */
export function write(image, words, x, y, gray = 230, scale = 2) {
  [...words.toUpperCase().replaceAll("_", " ")].forEach((letter, n) => {
    const columns = GLYPHS[letter] ?? GLYPHS["?"];
    for (let dot = 0; dot < 35 * scale * scale; dot++) {
      const [i, j] = [dot % (5 * scale), Math.floor(dot / (5 * scale))];
      const column = Number.parseInt(columns.substr(2 * Math.floor(i / scale), 2), 16);
      const [px, py] = [x + n * PITCH * scale + i, y + j];
      if (!(column >> Math.floor(j / scale) & 1) || px >= image.width || py >= image.height) continue;
      image.data.fill(gray, 4 * (py * image.width + px), 4 * (py * image.width + px) + 3);
    }
  });
}
