import { size } from "../core/aval.ts";
import { asAtom } from "../core/program.ts";
import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { constant } from "../core/trace.ts";
import { flatten, unflatten } from "../core/tree.ts";
import { equal } from "../ops/comparison.ts";
import { cast } from "../ops/cast.ts";
import { iota } from "../ops/source.ts";
import { reshape } from "../ops/structure.ts";
import type { AnyFunction } from "./call.ts";
import { gradientOf, jvp, vjp } from "./grad.ts";
import type { ScalarLoss } from "./scalar_loss.ts";
import { vmap } from "./vmap.ts";

/** For every tensor of the result, the derivative in every tensor of the first argument: `[...result, ...argument]`. */
export type Jacobian<R, X> = R extends Tensor<infer S, infer D>
  ? X extends Tensor<infer T>
    ? S extends readonly Dim[] ? T extends readonly Dim[] ? Tensor<[...S, ...T], D> : never : never
  : { [K in keyof X]: Jacobian<R, X[K]> }
  : { [K in keyof R]: Jacobian<R[K], X> };

/** The unit tensors of a shape, stacked: `[n, ...shape]`, n the number of elements. */
const units = (x: Tensor): Tensor => {
  const n = size(extents(x)), eye = equal(iota([n, n], 0), iota([n, n], 1)) as Tensor;
  return reshape(cast(eye, x.dtype), [n, ...extents(x)]) as Tensor;
};
const zero = (x: Tensor): Tensor => constant(0, asAtom(x).aval);
/** One tangent (or cotangent) tree for each element of leaf `i`, stacked. */
const basis = (leaves: readonly Tensor[], i: number): readonly Tensor[] =>
  leaves.map((x, k) => k === i ? units(x) : zero(x));

/** The Jacobian of `f` in its first argument, a column at a time: forward mode, for few inputs and many outputs. */
export const jacfwd =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) => (x: X, ...rest: A): Jacobian<R, X> => {
    const { leaves, structure } = flatten(x, "jacfwd: argument 1");
    const columns = leaves.map((leaf, i) => {
      const push = (...ts: readonly Tensor[]) => jvp((y: X) => f(y, ...rest), [x], [unflatten<X>(structure, ts)])[1];
      const out = flatten(
        vmap(push as AnyFunction, { in: leaves.map((_, k) => k === i ? 0 : null), out: -1 })(...basis(leaves, i)),
      );
      return {
        structure: out.structure,
        leaves: out.leaves.map((y) => reshape(y, [...extents(y).slice(0, -1), ...extents(leaf)]) as Tensor),
      };
    });
    return together(columns[0]!.structure, columns.map((c) => c.leaves), structure) as Jacobian<R, X>;
  };
/** The Jacobian of `f` in its first argument, a row at a time: reverse mode, for many inputs and few outputs. */
export const jacrev =
  <X, A extends readonly unknown[], R>(f: (x: X, ...rest: A) => R) => (x: X, ...rest: A): Jacobian<R, X> => {
    const { leaves, structure } = flatten(x, "jacrev: argument 1");
    const [value, pull] = vjp((y: X) => f(y, ...rest), x), outs = flatten(value);
    const rows = outs.leaves.map((out, i) => {
      const back = (...cts: readonly Tensor[]) => pull(unflatten<R>(outs.structure, cts))[0];
      const grads = flatten(
        vmap(back as AnyFunction, { in: outs.leaves.map((_, k) => k === i ? 0 : null) })(...basis(outs.leaves, i)),
      ).leaves;
      return grads.map((g, k) => reshape(g, [...extents(out), ...extents(leaves[k]!)]) as Tensor);
    });
    return together(outs.structure, leaves.map((_, k) => rows.map((r) => r[k]!)), structure) as Jacobian<R, X>;
  };
/** Result tree of argument trees, from one list of result leaves for each argument leaf. */
const together = (
  result: ReturnType<typeof flatten>["structure"],
  byArgument: readonly (readonly Tensor[])[],
  argument: ReturnType<typeof flatten>["structure"],
): unknown =>
  result.build(
    Array.from({ length: result.count }, (_, r) => argument.build(byArgument.map((ls) => ls[r]!)) as Tensor),
  );

/**
 * The second derivatives of a scalar function of its first argument: forward over reverse. `f32[...S] -> f32[...S,...S]` Throws
 * `ShapeError` where the function gives no scalar, `DTypeError` where the argument is no float.
 */
export const hessian =
  <F extends AnyFunction>(f: ScalarLoss<"hessian", F>) =>
  (...args: Parameters<F>): Jacobian<Parameters<F>[0], Parameters<F>[0]> =>
    (jacfwd(gradientOf("hessian", f as F) as AnyFunction) as AnyFunction)(...args);
