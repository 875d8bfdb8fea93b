import { sameAval, showAval } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { asAtom } from "../core/program.ts";
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import { bindAll, constant, trace } from "../core/trace.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import { add } from "../ops/arithmetic.ts";
import { iotaP } from "../ops/source.ts";
import { cond } from "./cond.ts";
import { scanLength, scanP } from "./scan.ts";

/** One entry of every tensor of a tree along its leading axis. */
export type Entry<X> = X extends Tensor<infer S, infer D>
  ? S extends readonly [unknown, ...infer R] ? Tensor<R, D> : Tensor<Dim[], D>
  : { [K in keyof X]: Entry<X[K]> };
/** A tree of results stacked along a new leading axis. */
export type Stacked<Y> = Y extends Tensor<infer S, infer D>
  ? S extends readonly unknown[] ? Tensor<[number, ...S], D> : never
  : { [K in keyof Y]: Stacked<Y[K]> };
/** How to walk: backwards, and how often where there are no entries. */
export interface ScanOptions {
  readonly reverse?: boolean;
  readonly length?: number;
}

/**
 * A loop with a carry: `step(carry, x) -> [carry, y]` for every entry `x` of `xs` along its leading axis, giving the last
 * carry and all `y` stacked. `carry, f32[t,...X] -> [carry, f32[t,...Y]]`. Differentiable in both directions.
 *
 * Throws `ShapeError` where leading axes differ or the carry changes its type.
 *
 * @example
 * ```ts
 * import { add, scalar, scan, type Tensor, tensor } from "@pullback/pullback";
 * const plus = (c: Tensor<[], "f32">, x: Tensor<[], "f32">) => [add(c, x), add(c, x)] as const;
 * const [total, sums] = scan(plus, scalar(0), tensor([1, 2, 3])); // 6, [1, 3, 6]
 * ```
 */
export const scan = <C, X, Y>(
  step: (carry: C, x: Entry<X>) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [C, Stacked<Y>] => {
  const carry = flatten(init, "scan: the carry"), entries = flatten(xs, "scan: the entries");
  const length = scanLength(entries.leaves, options.length);
  const avals = [
    ...carry.leaves.map((t) => asAtom(t).aval),
    ...entries.leaves.map((t) => {
      const { shape, dtype } = asAtom(t).aval;
      return { shape: shape.slice(1), dtype };
    }),
  ];
  let out: Structure | null = null;
  const { program, borrowed } = trace((...args) => {
    const c = unflatten<C>(carry.structure, args.slice(0, carry.leaves.length)),
      x = unflatten<Entry<X>>(entries.structure, args.slice(carry.leaves.length));
    const [next, y] = step(c, x), flat = flatten(next, "scan: the carry"), results = flatten(y, "scan: the result");
    expectCarry(carry, flat);
    out = results.structure;
    return [...flat.leaves, ...results.leaves];
  }, avals);
  const outs = bindAll(scanP, [...borrowed, ...carry.leaves, ...entries.leaves], {
    body: program,
    length,
    consts: borrowed.length,
    carry: carry.leaves.length,
    reverse: options.reverse ?? false,
  });
  return [
    unflatten(carry.structure, outs.slice(0, carry.leaves.length)),
    unflatten(out!, outs.slice(carry.leaves.length)),
  ];
};
type Flat = ReturnType<typeof flatten>;
const expectCarry = (want: Flat, got: Flat): void => {
  const refuse = (a: string, b: string): never => {
    throw new ShapeError(`scan: the carry must keep its type, ${a}, but the step returns ${b}`, {
      op: "scan",
      expected: a,
      got: b,
    });
  };
  if (want.structure.text !== got.structure.text) refuse(want.structure.text, got.structure.text);
  want.leaves.forEach((t, i) => {
    const [a, b] = [asAtom(t).aval, asAtom(got.leaves[i]!).aval];
    if (!sameAval(a, b)) refuse(showAval(a), showAval(b));
  });
};

/** `body(i, carry)` for i = from, …, to - 1. The bounds are known when the program is traced. */
export const forLoop = <C>(from: number, to: number, body: (i: Tensor<[], "i32">, carry: C) => C, init: C): C => {
  if (!Number.isInteger(from) || !Number.isInteger(to)) {
    throw new RangeError(`forLoop: expected whole numbers as bounds, got ${from} and ${to}`);
  }
  const shape = [Math.max(0, to - from)], [steps] = bindAll(iotaP, [], { shape, axis: 0, dtype: "i32" });
  const indices = add(steps!, constant(from, { shape, dtype: "i32" })) as Tensor as Tensor<[number], "i32">;
  const [last] = scan((c: C, i: Entry<typeof indices>) => [body(i, c), null] as const, init, indices);
  return last;
};

/** At most how many rounds a loop may take: what makes it differentiable, and sure to end. */
export interface WhileOptions {
  readonly max: number;
}
/** `body(carry)` as long as `test(carry)` holds, at most `max` times. */
export const whileLoop = <C>(
  test: (carry: C) => Tensor<[], "bool">,
  body: (carry: C) => C,
  init: C,
  options: WhileOptions,
): C => {
  const [last] = scan((c: C) => [cond(test(c), body, (same: C) => same, c), null] as const, init, null, {
    length: options.max,
  });
  return last;
};
