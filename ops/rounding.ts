/** To whole numbers, in floats. All are piecewise constant: their derivatives are 0. */
import { type Float, floats } from "../core/dtype.ts";
import { unary } from "../core/families.ts";
import { operation } from "../core/pipe.ts";
import { bind } from "../core/trace.ts";
import type { Unary } from "./signatures.ts";

const rounding = (name: "floor" | "ceil" | "round" | "trunc", evaluate: (x: number) => number) =>
  unary({ name, dtypes: floats, evaluate, linearize: () => () => null, lower: name, at: [-1.75, -0.25, 0.75, 2.25] });

/** The nearest whole number, the even one of two. */
const even = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};
export const floorP = rounding("floor", Math.floor);
export const ceilP = rounding("ceil", Math.ceil);
export const roundP = rounding("round", even);
export const truncP = rounding("trunc", Math.trunc);

/** The largest whole number that is not above x. `F[...S] -> F[...S]` */
export const floor: Unary<"floor", Float> = operation("floor", (x) => bind(floorP, [x], null));
/** The smallest whole number that is not below x. `F[...S] -> F[...S]` */
export const ceil: Unary<"ceil", Float> = operation("ceil", (x) => bind(ceilP, [x], null));
/** The nearest whole number, the even one of two: 0.5 gives 0, 1.5 gives 2. `F[...S] -> F[...S]` */
export const round: Unary<"round", Float> = operation("round", (x) => bind(roundP, [x], null));
/** The whole number without what follows the point: toward 0. `F[...S] -> F[...S]` */
export const trunc: Unary<"trunc", Float> = operation("trunc", (x) => bind(truncP, [x], null));
