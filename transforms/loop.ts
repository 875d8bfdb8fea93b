import { showAval } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { asAtom } from "../core/program.ts";
import type { Dim } from "../core/shape/dim.ts";
import { kindOf, type Tensor } from "../core/tensor.ts";
import { bindAll, constant, trace } from "../core/trace.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import type { Guard } from "../core/typed.ts";
import { optionsOf } from "../core/options.ts";
import { add } from "../ops/arithmetic.ts";
import { iotaP } from "../ops/source.ts";
import { cond, needPredicate } from "./cond.ts";
import type { CarryFit, EntriesFit, PredicateFit } from "./fit.ts";
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
export const scan = <C, X, Y, N = C>(
  step: Guard<(carry: C, x: Entry<X>) => readonly [N, Y], CarryFit<"scan", C, N>>,
  init: C,
  xs: Guard<X, EntriesFit<X>>,
  options: ScanOptions = {},
): [C, Stacked<Y>] => {
  optionsOf("scan", options, { reverse: true, length: true });
  return loop("scan", step as unknown as (carry: C, x: Entry<X>) => readonly [C, Y], init, xs as X, options);
};

/** A scan in the name of the function that was called. */
const loop = <C, X, Y>(
  op: string,
  step: (carry: C, x: Entry<X>) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions,
): [C, Stacked<Y>] => {
  const carry = flatten(init, `${op}: the carry`), entries = flatten(xs, `${op}: the entries`);
  const length = scanLength(op, entries.leaves, options.length);
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
    const pair: unknown = step(c, x);
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError(`${op}: the step must return [carry, result], got ${kindOf(pair)}`);
    }
    const [next, y] = pair, flat = flatten(next, `${op}: the carry`), results = flatten(y, `${op}: the result`);
    expectCarry(op, carry, flat);
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
const expectCarry = (op: string, want: Flat, got: Flat): void => {
  const [from, to] = [want.structure.text, got.structure.text];
  const refuse = (sentence: string, expected: string, got: string): never => {
    throw new ShapeError(`${op}: the carry must keep its ${sentence}`, { op, expected, got });
  };
  if (from !== to) refuse(`structure: expected ${from}, got ${to}`, from, to);
  want.leaves.forEach((t, i) => {
    const [a, b] = [asAtom(t).aval, asAtom(got.leaves[i]!).aval].map(showAval) as [string, string];
    if (a !== b) refuse(`type, ${a}, but the step returns ${b}`, a, b);
  });
};

/**
 * `body(i, carry)` for i = from, …, to - 1. The bounds are known when the program is traced. Throws `ShapeError` where the carry
 * changes its type.
 */
export const forLoop = <C, N = C>(
  from: number,
  to: number,
  body: Guard<(i: Tensor<[], "i32">, carry: C) => N, CarryFit<"forLoop", C, N>>,
  init: C,
): C => {
  if (!Number.isInteger(from) || !Number.isInteger(to)) {
    throw new RangeError(`forLoop: expected whole numbers as bounds, got ${from} and ${to}`);
  }
  const shape = [Math.max(0, to - from)], [steps] = bindAll(iotaP, [], { shape, axis: 0, dtype: "i32" });
  const indices = add(steps!, constant(from, { shape, dtype: "i32" })) as Tensor as Tensor<[number], "i32">;
  const run = body as unknown as (i: Tensor<[], "i32">, carry: C) => C;
  const [last] = loop("forLoop", (c: C, i: Entry<typeof indices>) => [run(i, c), null] as const, init, indices, {});
  return last;
};

/** At most how many rounds a loop may take: what makes it differentiable, and sure to end. */
export interface WhileOptions {
  readonly max: number;
}
/**
 * `body(carry)` as long as `test(carry)` holds, at most `max` times. Throws `DTypeError` where the test is not one bool, `ShapeError`
 * where the carry changes its type, `RangeError` where `max` is no whole number from 0.
 */
export const whileLoop = <C, P = Tensor<[], "bool">, N = C>(
  test: Guard<(carry: C) => P, PredicateFit<"whileLoop", "test", P>>,
  body: Guard<(carry: C) => N, CarryFit<"whileLoop", C, N>>,
  init: C,
  options: WhileOptions,
): C => {
  optionsOf("whileLoop", options ?? {}, { max: true });
  const max = (options as Partial<WhileOptions> | undefined)?.max;
  if (max === undefined || !Number.isInteger(max) || max < 0) {
    throw new RangeError(`whileLoop: expected a whole number from 0 as max, got ${max}`);
  }
  const going = (c: C): Tensor<[], "bool"> => {
    const goes = (test as (carry: C) => unknown)(c);
    needPredicate("whileLoop", "test", goes);
    return goes as Tensor<[], "bool">;
  };
  const next = (c: C): C => {
    const after = (body as unknown as (carry: C) => C)(c);
    expectCarry("whileLoop", flatten(c), flatten(after, "whileLoop: the carry"));
    return after;
  };
  const step = (c: C) => [cond(going(c), next, (same: C) => same, c), null] as const;
  const [last] = loop("whileLoop", step, init, null, { length: max });
  return last;
};
