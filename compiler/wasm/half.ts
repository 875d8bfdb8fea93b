import type { Builder, Value } from "./ir.ts";
import { splatWord } from "./values.ts";

/**
 * f16 to f32 and back in four lanes, exactly as IEEE 754 says (round to nearest even, subnormals, infinities, NaN), after
 * F. Giesen, "Half to float done quick" (2012).
 */

/** f32 of the half in the low 16 bits of every lane. */
export const fromHalf = (b: Builder, h: Value): Value => {
  const magnitude = b.op("i32x4.shl", b.op("v128.and", h, splatWord(b, 0x7fff)), b.i32(13));
  const scaled = b.op("f32x4.mul", magnitude, splatWord(b, 0x77800000)); // 2^112: the difference of the exponent biases
  const special = b.op("f32x4.ge", scaled, splatWord(b, 0x47800000)); // 65536: infinity and NaN have come here
  const filled = b.op("v128.or", scaled, b.op("v128.and", special, splatWord(b, 0x7f800000)));
  return b.op("v128.or", filled, b.op("i32x4.shl", b.op("v128.and", h, splatWord(b, 0x8000)), b.i32(16)));
};

/** The half nearest to the f32 in every lane, in its low 16 bits. */
export const toHalf = (b: Builder, f: Value): Value => {
  const sign = b.op("v128.and", f, splatWord(b, 0x80000000));
  const x = b.op("v128.xor", f, sign);
  const nan = b.op("i32x4.gt_s", x, splatWord(b, 0x7f800000));
  const special = b.op("v128.bitselect", splatWord(b, 0x7e00), splatWord(b, 0x7c00), nan);
  // Below 2^-14 the addition of a power of two lets the hardware round at the place of the last subnormal bit.
  const magic = splatWord(b, 0x3f000000);
  const small = b.op("i32x4.sub", b.op("f32x4.add", x, magic), magic);
  const odd = b.op("v128.and", b.op("i32x4.shr_u", x, b.i32(13)), splatWord(b, 1));
  const rebiased = b.op("i32x4.add", b.op("i32x4.add", x, splatWord(b, ((15 - 127) << 23) + 0xfff)), odd);
  const usual = b.op("i32x4.shr_u", rebiased, b.i32(13));
  const finite = b.op("v128.bitselect", small, usual, b.op("i32x4.lt_s", x, splatWord(b, 113 << 23)));
  const all = b.op("v128.bitselect", special, finite, b.op("i32x4.ge_s", x, splatWord(b, (127 + 16) << 23)));
  return b.op("v128.or", all, b.op("i32x4.shr_u", sign, b.i32(16)));
};

/** The nearest f16, as f32. */
export const roundHalf = (b: Builder, f: Value): Value => fromHalf(b, toHalf(b, f));
