/* wrong-instruction.js - a module as it computes in an engine that gets an instruction wrong: each use of it is
 * exchanged for another instruction of the same type.
 * SPDX-License-Identifier: MIT */

/* By name: the instruction's opcode after the SIMD prefix, and the one in its place. Both as LEB128 of two bytes. */
const EXCHANGED = {
  "relaxed dot": [[0x92, 0x02], [0x91, 0x02]], // i16x8.relaxed_dot_i8x16_i7x16_s: i16x8.relaxed_q15mulr_s
  "relaxed dot add": [[0x93, 0x02], [0xd2, 0x00]], // i32x4.relaxed_dot_i8x16_i7x16_add_s: v128.bitselect
  "pair dot": [[0xba, 0x01], [0xb5, 0x01]], // i32x4.dot_i16x8_s: i32x4.mul
  "extended multiply 8": [[0x9c, 0x01], [0x9e, 0x01]], // i16x8.extmul_low_i8x16_s: _u
  "extended multiply 16": [[0xbc, 0x01], [0xbe, 0x01]], // i32x4.extmul_low_i16x8_s: _u
  minimum: [[0xe8, 0x01], [0xe9, 0x01]], // f32x4.min: f32x4.max
  "relaxed madd": [[0x85, 0x02], [0x86, 0x02]], // f32x4.relaxed_madd: relaxed_nmadd
};
const SIMD_PREFIX = 0xfd;

/** @param {Uint8Array} bytes of a module @param {(keyof typeof EXCHANGED)[]} names */
export function withWrong(bytes, ...names) {
  const wrong = new Uint8Array(bytes);
  for (const name of names) {
    const [right, other] = EXCHANGED[name];
    let count = 0;
    for (let i = 0; i + 2 < wrong.length; i++) {
      if (wrong[i] !== SIMD_PREFIX || wrong[i + 1] !== right[0] || wrong[i + 2] !== right[1]) continue;
      wrong.set(other, i + 1);
      count++;
    }
    if (!count) throw new Error(`the module does not use ${name}`);
  }
  return wrong;
}
