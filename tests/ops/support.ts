/** Values and slopes of functions of tensors, without a back end: as evaluated, which compiled kernels must agree with. */
import { trace } from "../../core/trace.ts";
import { flatten } from "../../core/tree.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { iota } from "../../ops/source.ts";
import { reshape, sum } from "../../ops/structure.ts";
import { grad } from "../../transforms/grad.ts";
import { compute, type Given } from "../nn/support.ts";
import { runCompiled } from "../support/interpreter.ts";

export { type Given, given, noise } from "../nn/support.ts";
// deno-lint-ignore no-explicit-any -- functions of tensors of any shapes
export type Any = any;

/** Everything that `f` gives, as evaluated. Throws where the compiled program gives other numbers. */
export const results = (
  f: (...xs: Any[]) => unknown,
  ...inputs: readonly Given[]
): { shape: number[]; values: number[] }[] => {
  const slow = compute(f as (...xs: Any[]) => unknown, ...inputs);
  const avals = inputs.map((x) => ({ shape: x.shape, dtype: x.dtype ?? "f32" }));
  const fast = runCompiled(trace((...xs) => flatten(f(...xs)).leaves, avals).program, inputs.map((x) => x.values));
  slow.forEach(({ values }, k) =>
    values.forEach((v, i) => {
      const w = fast[k]![i]!, same = Object.is(v, w) || v === w || Math.abs(v - w) <= 1e-5 * (1 + Math.abs(v));
      if (!same) throw new Error(`element ${i} of result ${k}: evaluated ${v}, compiled ${w}`);
    })
  );
  return slow;
};
/** The numbers of the first tensor that `f` gives. */
export const values = (f: (...xs: Any[]) => unknown, ...inputs: readonly Given[]): number[] =>
  results(f, ...inputs)[0]!.values;

/** 1, 2, 3, … in the shape of a tensor. */
const ramp = (y: Any): Any =>
  reshape(add(iota([(y.shape as number[]).reduce((n, d) => n * d, 1)], 0, y.dtype), 1) as Any, y.shape);
/** The gradient in the first argument of Σ w f, w being 1, 2, 3, … */
export const slope = (f: (...xs: Any[]) => Any, ...inputs: readonly Given[]): number[] =>
  values((...xs) =>
    (grad as Any)((...ys: Any[]) => {
      const y = f(...ys);
      return sum(mul(y, ramp(y)) as Any);
    })(...xs), ...inputs);
