/** What the perceptron and ADALINE share: one linear unit that learns from one example after the other. */
import type { Dim, Shape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type * as nn from "../nn/mod.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { scalar } from "../ops/source.ts";
import { slice, stack } from "../ops/slice.ts";
import { reshape, sum } from "../ops/structure.ts";
import { jit } from "../transforms/jit.ts";
import { scan } from "../transforms/loop.ts";

/** The parameters of a unit with `N` inputs. */
export interface UnitParams<N extends Dim> {
  readonly unit: nn.WeightBias<[1, N], 1>;
}
/**
 * How a unit learns: its parameters after an example, and what the example cost.
 * `f32[n], f32[], f32[] -> f32[]` beside the parameters.
 */
export type UnitRule = (
  params: UnitParams<Dim>,
  x: Tensor,
  target: Tensor,
  rate: Tensor,
) => readonly [UnitParams<Dim>, Tensor];
/** What learning gave: the parameters, and for every pass over the examples the sum of what they cost. */
export interface Learned<N extends Dim> {
  readonly params: UnitParams<N>;
  readonly costs: Tensor<[number], "f32">;
}

/** w · x + b of one example. `f32[n] -> f32[]` */
export const weighted = ({ unit }: UnitParams<Dim>, x: Tensor): Tensor =>
  add(sum(mul(reshape(unit.weight as Tensor, x.shape as number[]), x)), reshape(unit.bias as Tensor, []));
/** w + amount x, b + amount. */
export const moved = <N extends Dim>({ unit }: UnitParams<N>, x: Tensor, amount: Tensor): UnitParams<N> => {
  const step = mul(x, amount) as Tensor, weight = unit.weight as Tensor, bias = unit.bias as Tensor;
  const next = { weight: add(weight, reshape(step, weight.shape as number[])), bias: add(bias, amount) };
  return { unit: next } as { unit: unknown } as UnitParams<N>;
};
/** Learning from some examples in their order, compiled: parameters, `f32[m,n]`, `f32[m]` and a rate give parameters and costs. */
export type Turns = (
  params: UnitParams<Dim>,
  x: Tensor,
  targets: Tensor,
  rate: Tensor,
) => readonly [UnitParams<Dim>, Tensor];
interface Example {
  readonly x: Tensor;
  readonly target: Tensor;
}
const loop = scan as unknown as (
  step: (p: UnitParams<Dim>, example: Example) => readonly [UnitParams<Dim>, Tensor],
  start: UnitParams<Dim>,
  examples: Example,
) => readonly [UnitParams<Dim>, Tensor];
/** Compiles a rule. */
export const inTurn = (rule: UnitRule): Turns =>
  jit(
    ((params, x, targets, rate) => {
      const [next, costs] = loop((p, e) => rule(p, e.x, e.target, rate), params, { x, target: targets });
      return [next, sum(costs) as Tensor];
    }) as Turns as never,
  ) as Turns;

/** Examples that are learned by one program: it holds the steps of all of them. */
const together = 16;
/** Passes over all examples in their order. `f32[m,n], f32[m]` give parameters and `costs` f32[passes]. Throws `RangeError` for no whole number of passes from 1. */
export const learnInTurn = <N extends Dim>(
  turns: Turns,
  params: UnitParams<N>,
  x: Tensor<Shape, "f32">,
  targets: Tensor<Shape, "f32">,
  { op, epochs, rate }: { readonly op: string; readonly epochs: number; readonly rate: number },
): Learned<N> => {
  if (!Number.isInteger(epochs) || epochs < 1) throw new RangeError(`${op}: expected epochs, 1 or more, got ${epochs}`);
  const count = extents(x)[0]!, starts = Array.from({ length: Math.ceil(count / together) }, (_, i) => i * together);
  const pieces = starts.map((at) =>
    [x, targets].map((t) => slice(t as Tensor, 0, at, Math.min(count, at + together)) as Tensor) as [Tensor, Tensor]
  );
  const costs: Tensor[] = [], by = scalar(rate);
  let now = params as UnitParams<Dim>;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let total: Tensor = scalar(0);
    for (const [some, wanted] of pieces) {
      const [next, cost] = turns(now, some, wanted, by);
      now = next;
      total = add(total, cost);
    }
    costs.push(total);
  }
  return { params: now, costs: stack(costs, 0) } as { params: unknown; costs: unknown } as Learned<N>;
};
