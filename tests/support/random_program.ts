/**
 * Random programs for property tests: a recipe of numbers, which shrinks well, and what it means. Every number chooses among
 * what is possible at its place, so that every recipe is a program.
 */
import fc from "./properties.ts";
import { isFloat } from "../../core/dtype.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import * as ops from "../../ops/mod.ts";
import { kinds, pick, size } from "./random_kinds.ts";

// deno-lint-ignore no-explicit-any -- operations on shapes that are drawn
type Any = any;
const o = ops as Any;

export interface Step {
  readonly kind: number;
  /** Which values it reads, counted from the latest. */
  readonly a: number;
  readonly b: number;
  /** Axes, extents and the like. */
  readonly p: readonly number[];
}
export interface Recipe {
  readonly inputs: readonly (readonly number[])[];
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
  readonly seed: number;
}

const extent = fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 4 }) }, {
  weight: 1,
  arbitrary: fc.constant(0),
}, {
  weight: 2,
  arbitrary: fc.integer({ min: 5, max: 9 }),
});
const choice = fc.nat(9999);
/** Recipes of 5 to 30 steps on one to three inputs. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  inputs: fc.array(fc.array(extent, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(
    fc.record({ kind: choice, a: choice, b: choice, p: fc.array(choice, { minLength: 5, maxLength: 5 }) }),
    { minLength: 5, maxLength: 30 },
  ),
  outputs: fc.array(choice, { minLength: 1, maxLength: 3 }),
  seed: fc.nat(1e6),
});

/** Numbers in (-2, 2) for the inputs of a recipe. */
export const numbersFor = (r: Recipe): readonly number[][] =>
  r.inputs.map((shape, k) =>
    Array.from(
      { length: size(shape) },
      (_, i) => 2 * Math.sin(r.seed + 78.233 * (k + 1) + 12.9898 * (i + 1)),
    )
  );

const special = [NaN, Infinity, -Infinity, -0, 0, 1e300, -1e-310, 1];
/** The same with what arithmetic has exceptions for in some places. */
export const exceptionsFor = (r: Recipe): readonly number[][] =>
  numbersFor(r).map((xs, k) =>
    xs.map((x, i) => (i + k + r.seed) % 3 === 0 ? special[(i * 5 + r.seed) % special.length]! : x)
  );

const names = Object.keys(kinds);

/** Steps whose results jump, or whose derivatives do: rounding may take them to the other side. */
const jumps: ReadonlySet<string> = new Set([
  "relu",
  "abs",
  "floor",
  "sign",
  "maximum",
  "minimum",
  "remainder",
  "where",
  "pick",
  "max",
  "min",
  "argmax",
  "count",
  "whole",
  "truth",
  "any",
  "cummax",
  "sort",
  "topk",
  "take",
  "gather",
  "scatterAdd",
  "pool",
  "norm",
  "hypot",
]); // deno-fmt-ignore
/** The steps a program may take. */
export type Among = "all" | "continuous" | "views" | "exceptions";
const among: Readonly<Record<Among, readonly string[]>> = {
  all: names,
  // A convolution leaves it open what an infinite weight makes of the padding.
  exceptions: names.filter((n) => n !== "conv"),
  continuous: names.filter((n) => !jumps.has(n)),
  views: [
    "reshape",
    "permute",
    "expandDims",
    "broadcast",
    "slice",
    "pad",
    "concat",
    "stack",
    "flip",
    "roll",
    "strided",
    "select",
    "tile",
    "triangle",
    "diagonal",
    "index",
  ],
}; // deno-fmt-ignore

/** The program of a recipe, as a function of its inputs. */
export const play = (r: Recipe, kind: Among = "all") => (...inputs: readonly Tensor[]): readonly Tensor[] => {
  const values: Tensor[] = [...inputs];
  for (const s of r.steps) {
    // Mostly recent values, so that programs are deep; sometimes any, so that values are used again.
    const recent = (n: number): Tensor => values[n % 3 === 0 ? n % values.length : Math.max(0, values.length - 1 - n % 3)]!;
    const x = recent(s.a), y = recent(s.b);
    const made = kinds[pick(among[kind], s.kind)]!({ x, y, p: s.p, shape: extents(x), dtype: x.dtype });
    values.push(made ?? o.neg(x));
  }
  const made = values.slice(inputs.length);
  return [made.at(-1)!, ...r.outputs.slice(1).map((n) => pick(made, n))];
};
/** A weighted sum of all outputs of a recipe, as a function of its inputs. */
export const scalarOf = (r: Recipe, kind: Among = "all") => (...inputs: readonly Tensor[]): Tensor =>
  play(r, kind)(...inputs).reduce<Any>((total, y, i) => {
    if (!isFloat(y.dtype)) return total;
    const part = o.sum(o.mul(o.sin(y), 1 + i / 4));
    return total === null ? part : o.add(total, part);
  }, null);
/** The names of the steps of a recipe, for messages. */
export const stepsOf = (r: Recipe, kind: Among = "all"): string =>
  r.steps.map((s) => pick(among[kind], s.kind)).join(" ");
