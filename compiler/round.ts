import type { DType } from "../core/dtype.ts";

/** The nearest number a dtype can hold. */
export const roundTo = (x: number, dtype: DType): number => {
  switch (dtype) {
    case "f32":
      return Math.fround(x);
    case "f16":
      return new Float16Array([x])[0]!;
    case "i32":
      return x | 0;
    case "u32":
      return x >>> 0;
    case "bool":
      return x !== 0 ? 1 : 0;
    case "f64":
      return x;
  }
};
