/** Penalties on the size of parameters, to be added to a loss. */
import { ShapeError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import { isTensor } from "../core/tree.ts";
import { abs, add, mul, square } from "../ops/arithmetic.ts";
import { scalar } from "../ops/source.ts";
import { sum } from "../ops/structure.ts";

/** Which parameters count, by their place in the tree: `c1.weight`, `blocks.0.main.bias`. */
export type ParameterFilter = (name: string) => boolean;

const named = (tree: unknown, path: string): readonly (readonly [string, Tensor])[] => {
  if (isTensor(tree)) return [[path, tree]];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, inner]) => named(inner, path === "" ? key : `${path}.${key}`));
};
const penalty = (
  op: string,
  params: unknown,
  factor: number,
  only: ParameterFilter,
  size: (x: Tensor) => Tensor,
): Tensor<[], "f32"> => {
  const all = named(params, ""), chosen = all.filter(([name]) => only(name));
  if (all.length > 0 && chosen.length === 0) {
    const got = all.slice(0, 5).map(([name]) => name).join(", ");
    throw new ShapeError(`${op}: no parameter is chosen of ${got}${all.length > 5 ? ", ..." : ""}`, {
      op,
      expected: "a parameter that counts",
      got,
    });
  }
  const total = chosen.reduce<Tensor | null>((n, [, x]) => {
    const own = sum(size(x)) as Tensor;
    return n === null ? own : add(n, own);
  }, null);
  return (total === null ? scalar(0) : mul(total, factor)) as Tensor as Tensor<[], "f32">;
};
const weights: ParameterFilter = (name) => /(^|\.)weight$/.test(name);

/**
 * factor Σ |w| over the parameters that are chosen: those called `weight` unless a filter says otherwise. Throws `ShapeError` where
 * none is. `add(loss, l1Penalty(params, 1e-4))` (Tibshirani 1996)
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const params = { out: { weight: tensor([1, -2]), bias: tensor([3]) } };
 * console.log(await item(nn.l1Penalty(params, 0.5))); // 1.5
 * ```
 */
export const l1Penalty = (params: unknown, factor: number, only: ParameterFilter = weights): Tensor<[], "f32"> =>
  penalty("l1Penalty", params, factor, only, abs);
/**
 * factor Σ w² / 2 over the parameters that are chosen: those called `weight` unless a filter says otherwise. Its derivative factor w
 * is what the weight decay of `sgd` adds. Throws `ShapeError` where none is chosen. `l2Penalty(params, 5e-4, () => true)`
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const params = { out: { weight: tensor([1, -2]), bias: tensor([3]) } };
 * console.log(await item(nn.l2Penalty(params, 0.5))); // 1.25
 * ```
 */
export const l2Penalty = (params: unknown, factor: number, only: ParameterFilter = weights): Tensor<[], "f32"> =>
  penalty("l2Penalty", params, factor / 2, only, square);
