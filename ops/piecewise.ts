/** Activations made of straight pieces. At a corner the derivative is that of the side PyTorch takes. */
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { byArity, byData } from "../core/pipe.ts";
import { showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { and, greater, greaterEqual, less, lessEqual, where } from "./comparison.ts";
import { type AnyFloat, needFloat, ofFloat } from "./pointwise.ts";
import type { UnaryWith } from "./pointwise_signatures.ts";
import type { Unary } from "./signatures.ts";
import { reshape } from "./structure.ts";

/** min(max(x, min), max), whose derivative on the limits is 0. */
const inside = (x: Tensor, min: number, max: number): Tensor =>
  where(lessEqual(x, min), min, where(greaterEqual(x, max), max, x));

/** min(max(x, 0), 6); the derivative at 0 and at 6 is 0. `F[...S] -> F[...S]` */
export const relu6: Unary<"relu6", Float> = ofFloat("relu6", (x) => inside(x, 0, 6));
/** min(max(x, min), max), -1 and 1 unless given; the derivative at the limits is 0. `F[...S] -> F[...S]` */
export const hardTanh: UnaryWith<"hardTanh", [min?: number, max?: number]> = byData(
  "hardTanh",
  (x: Tensor, min = -1, max = 1) => inside(needFloat("hardTanh", x), min, max),
);
/** min(max(x + 3, 0), 6) / 6; the derivative at -3 and at 3 is 0. `F[...S] -> F[...S]` */
export const hardSigmoid: Unary<"hardSigmoid", Float> = ofFloat("hardSigmoid", (x) => div(inside(add(x, 3), 0, 6), 6));
/** x min(max(x + 3, 0), 6) / 6. `F[...S] -> F[...S]`; the derivative at -3 is -1/2, at 3 it is 3/2. (Howard et al. 2019) */
export const hardSwish: Unary<"hardSwish", Float> = ofFloat("hardSwish", (x) => div(mul(x, clamp(add(x, 3), 0, 6)), 6));
/** x where it is positive, else slope x, 0.01 x unless given; the derivative at 0 is the slope. `F[...S] -> F[...S]` */
export const leakyRelu: UnaryWith<"leakyRelu", [slope?: number]> = byData(
  "leakyRelu",
  (x: Tensor, slope = 0.01) => where(greater(needFloat("leakyRelu", x), 0), x, mul(x, slope)),
);
/** x where it is beyond [-limit, limit], else 0; the limit is 1/2 unless given. `F[...S] -> F[...S]` */
export const hardShrink: UnaryWith<"hardShrink", [limit?: number]> = byData(
  "hardShrink",
  (x: Tensor, limit = 0.5) => where(and(greaterEqual(needFloat("hardShrink", x), -limit), lessEqual(x, limit)), 0, x),
);
/** x brought nearer to 0 by the limit, 1/2 unless given, and 0 where it is within. `F[...S] -> F[...S]` */
export const softShrink: UnaryWith<"softShrink", [limit?: number]> = byData("softShrink", (x: Tensor, limit = 0.5) => {
  const y: Tensor = where(less(needFloat("softShrink", x), -limit), add(x, limit), mul(x, 0));
  return where(greater(x, limit), sub(x, limit), y);
});
/** x where it is above the limit, else `value`. `F[...S] -> F[...S]` */
export const threshold: UnaryWith<"threshold", [limit: number, value: number]> = byData(
  "threshold",
  (x: Tensor, limit: number, value: number) => where(lessEqual(needFloat("threshold", x), limit), value, x),
);
/** The type of `prelu`. */
export interface PreluFunction {
  <X extends AnyFloat>(x: X, weight: AnyFloat): X;
  (weight: AnyFloat): Unary<"prelu", Float>;
}
/**
 * x where it is positive, else weight x: one weight for all, or one for each channel, which is axis 1. `F[n,c,...], F[c] ->
 * F[n,c,...]`. Throws `ShapeError` where the weights are neither. (He et al. 2015)
 */
export const prelu: PreluFunction = byArity(
  "prelu",
  2,
  (x: Tensor, weight: Tensor) => {
    const shape = extents(needFloat("prelu", x)), [count = 1] = extents(weight), expected = shape[1] ?? 1;
    if (extents(weight).length > 1 || (count !== 1 && count !== expected)) {
      const got = showShape(extents(weight));
      throw new ShapeError(`prelu: expected [1] or [${expected}] weights for ${showShape(shape)}, got ${got}`, {
        op: "prelu",
        expected: `[${expected}]`,
        got,
      });
    }
    const spread = count === 1 ? reshape(weight, []) : reshape(weight, [count, ...shape.slice(2).map(() => 1)]);
    return where(greater(x, 0), x, mul(x, spread) as Tensor);
  },
);
