/** Transformations that treat every leaf alike, and keep tensors of its shape from step to step. */
import type { DType, Float } from "../../core/dtype.ts";
import type { Shape } from "../../core/shape/dim.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { flatten, mapTree, type Tree, unflatten } from "../../core/tree.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { expm1 } from "../../ops/exponential.ts";
import { full, scalar } from "../../ops/source.ts";
import type { Scalar } from "./schedule.ts";
import type { GradientTransformation, OptimizerState, Updated } from "./transformation.ts";

/** A gradient, a parameter, or what is kept for one. */
export type Leaf = Tensor<Shape, Float>;
/** A number in the dtype of a leaf. */
export type LeafScalar = Tensor<[], Float>;
type Kept<S extends string> = Readonly<Record<S, Leaf>>;

/** What is done to each gradient. */
export interface Rule<S extends string, C> {
  /** What is kept for each parameter, and the number that fills it before the first step. */
  readonly slots: Readonly<Record<S, number>>;
  /** What a step needs of its number, which counts from 1 and has the dtype of the leaf; null where it needs nothing. */
  readonly prepare: ((step: LeafScalar) => C) | null;
  /** The update, and what is kept for the next step. */
  readonly step: (gradient: Leaf, kept: Kept<S>, prepared: C) => readonly [update: Leaf, kept: Kept<S>];
}

/** A rule for every leaf. The state is a tree like the parameters for each slot, and the number of steps so far if needed. */
export const leafwise = <S extends string, C = null>({ slots, prepare, step }: Rule<S, C>): GradientTransformation => {
  const names = Object.keys(slots) as S[];
  const record = <T>(of: (name: S) => T) => Object.fromEntries(names.map((n) => [n, of(n)])) as Record<S, T>;
  return {
    init: <P>(params: P): OptimizerState<P> => ({
      ...record((n) => mapTree((p) => full(extents(p!), slots[n], p!.dtype), params) as Tree),
      ...(prepare === null ? {} : { count: scalar(0) }),
    }),
    update: <P>(gradients: P, state: OptimizerState<P>): Updated<P> => {
      const before = state as Readonly<Record<string, Tree>>, { leaves, structure } = flatten(gradients, "gradients");
      const kept = record((n) => {
        const { leaves, structure: own } = flatten(before[n], "optimizer state");
        if (own.text !== structure.text) {
          throw new TypeError(
            `The gradients ${structure.text} are not those of the optimizer's parameters ${own.text}`,
          );
        }
        return leaves;
      });
      const count = prepare === null ? null : add(before.count as Scalar, 1);
      // Once for each dtype, not for each leaf.
      const prepared = new Map<DType, C>(
        [...new Set(leaves.map((g) => g.dtype))].map((
          d,
        ) => [d, count === null ? null as C : prepare!(cast(count, d) as Tensor as LeafScalar)]),
      );
      const done = leaves.map((g, i) => step(g as Leaf, record((n) => kept[n][i] as Leaf), prepared.get(g.dtype)!));
      return [unflatten(structure, done.map(([update]) => update)), {
        ...record((n) => unflatten<Tree>(structure, done.map(([, after]) => after[n]))),
        ...(count === null ? {} : { count }),
      }];
    },
  };
};

/** decay old + (1 - decay) x: a moving average. */
export const average = (old: Leaf, x: Leaf, decay: number): Leaf =>
  add(mul(old, decay), mul(x, 1 - decay)) as Tensor as Leaf;

/** 1 - decay^t, the total weight of a moving average after t steps, without loss for a decay near 1. */
export const weightOf = (decay: number, step: LeafScalar): LeafScalar =>
  mul(expm1(mul(step, Math.log(Math.max(decay, Number.MIN_VALUE)))), -1);
