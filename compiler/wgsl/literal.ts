import type { DType } from "../../core/dtype.ts";
import type { Helper } from "./helper.ts";

/** The bits of a float that no literal can spell, by name of the function that makes it. */
const bits = (type: "f32" | "f16", value: number): string => {
  const word = type === "f32"
    ? new Uint32Array(Float32Array.of(value).buffer)[0]!
    : new Uint16Array(new Float16Array([value]).buffer)[0]!;
  return `${type}_bits(0x${word.toString(16)}u)`;
};
/** Below these, floats are denormal and a shader compiler may drop them. */
const least = { f32: 2 ** -126, f16: 2 ** -14 };

/** A number as WGSL spells it: NaN, infinities, -0 and denormals by their bits, out of sight of the shader compiler. */
export const spellLiteral = (value: number, dtype: DType, need: (h: Helper) => void): string => {
  switch (dtype) {
    case "bool":
      return value !== 0 ? "true" : "false";
    case "u32":
      return `${value >>> 0}u`;
    case "i32":
      return (value | 0) === -0x80000000 ? "bitcast<i32>(0x80000000u)" : `${value | 0}i`;
    case "f32":
    case "f16": {
      const held = dtype === "f32" ? Math.fround(value) : new Float16Array([value])[0]!;
      const plain = Object.is(held, 0) || (Number.isFinite(held) && Math.abs(held) >= least[dtype]);
      if (!plain) {
        need(dtype === "f32" ? "f32_bits" : "f16_bits");
        return bits(dtype, held);
      }
      const digits = String(held);
      return `${/[.e]/.test(digits) ? digits : `${digits}.0`}${dtype === "f32" ? "f" : "h"}`;
    }
    case "f64":
      throw new Error("WGSL has no f64");
  }
};
