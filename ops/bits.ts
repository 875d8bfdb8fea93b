import { ints } from "../core/dtype.ts";
import { binary } from "../core/families.ts";
import { no } from "../core/primitive.ts";
import { elementwise } from "./arithmetic.ts";
import type { Elementwise } from "./signatures.ts";

const shift = (name: "shl" | "shr", evaluate: (x: number, by: number, dtype: string) => number) =>
  binary({
    name,
    dtypes: ints,
    evaluate,
    linearize: () => () => null,
    transpose: no(`${name} is not linear`),
    lower: name,
    at: [[1, 1023, 7], [3, 2, 0]],
  });
export const shiftLeftP = shift("shl", (x, by, d) => d === "u32" ? (x << by) >>> 0 : x << by);
export const shiftRightP = shift("shr", (x, by, d) => d === "u32" ? x >>> by : x >> by);

/** Bits moved toward the high end by 0 to 31 places. `I[...A], I[...B] -> I[...broadcast]` */
export const shiftLeft: Elementwise<"shiftLeft", "same", "whole numbers"> = elementwise(
  "shiftLeft",
  shiftLeftP,
  "whole numbers",
);
/** Bits moved toward the low end by 0 to 31 places; i32 keeps its sign. `I[...A], I[...B] -> I[...broadcast]` */
export const shiftRight: Elementwise<"shiftRight", "same", "whole numbers"> = elementwise(
  "shiftRight",
  shiftRightP,
  "whole numbers",
);
