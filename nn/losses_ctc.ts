import { size } from "../core/aval.ts";
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { isTensor } from "../core/tree.ts";
import { optionsOf } from "../core/options.ts";
import { add, div, mul, neg, rem, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { clamp } from "../ops/between.ts";
import { and, equal, less, notEqual, where } from "../ops/comparison.ts";
import { tensor } from "../ops/create.ts";
import { truncDivide } from "../ops/division.ts";
import { logAddExp } from "../ops/exponential.ts";
import { gatherAlong } from "../ops/gather.ts";
import { checkIndex } from "../ops/known.ts";
import { needFloat } from "../ops/pointwise.ts";
import { pad } from "../ops/padding.ts";
import { slice } from "../ops/slice.ts";
import { full, iota } from "../ops/source.ts";
import { expandAxes, expandDims, reshape } from "../ops/structure.ts";
import { scan } from "../transforms/loop.ts";
import { type LossOptions, type Reduced, reduceLoss, type Reduction } from "./loss_reduction.ts";

/** One number for each example, as numbers or as a tensor i32[n]. */
export type Lengths = readonly number[] | Tensor<Shape, "i32">;
/** Options of `ctcLoss`. */
export interface CtcOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The class that stands for nothing; 0 unless given. */
  readonly blank?: number | undefined;
  /** Steps of each example; all unless given. */
  readonly inputLengths?: Lengths | undefined;
  /** Labels of each example; all unless given. */
  readonly targetLengths?: Lengths | undefined;
  /** Whether a target that cannot be reached costs nothing, instead of Infinity. */
  readonly zeroInfinity?: boolean | undefined;
}
/** Stands for log 0: low enough to vanish beside anything, and without the NaN of two infinities. */
const NEVER = -1e30;
type Mask = Tensor<[], "bool">;

const lengths = (what: string, given: Lengths | undefined, n: number, most: number): Tensor => {
  if (given === undefined) return full([n], most, "i32") as Tensor;
  const list = isTensor(given),
    got = showShape(list ? extents(given) : given),
    expected = `${n} ${what} from 0 to ${most}`;
  if (list ? got !== `[${n}]` : given.length !== n || given.some((v) => !Number.isInteger(v) || v < 0 || v > most)) {
    throw new ShapeError(`ctcLoss: expected ${expected}, got ${got}`, { op: "ctcLoss", expected, got });
  }
  return list ? given as Tensor : tensor(Int32Array.from(given), [n]) as Tensor;
};
/** Rows moved `by` places along axis 1, what comes in being impossible. */
const later = (x: Tensor, by: number): Tensor =>
  pad(slice(x, 1, 0, extents(x)[1]! - by) as Tensor, [[0, 0], [by, 0]], NEVER) as Tensor;

/**
 * Connectionist temporal classification: minus the log-probability of a sequence of labels, summed over all ways to spread it
 * over the steps with blanks between and labels repeated. `x` are log-probabilities: `F[t,n,c], i32[n,s] -> F[]`. The mean is over
 * the examples, each divided by the length of its target. (Graves et al. 2006)
 *
 * Throws `ShapeError` where shapes or lengths do not fit.
 *
 * @example
 * ```ts
 * import { item, logSoftmax, nn, tensor, zeros } from "@pullback/pullback";
 * const x = logSoftmax(zeros([3, 1, 4]), 2), labels = tensor([[1]], "i32");
 * console.log((await item(nn.ctcLoss(x, labels))).toFixed(4)); // 2.3671
 * ```
 */
export const ctcLoss = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  targets: Tensor<Shape, "i32" | "u32">,
  options: CtcOptions<R> = {},
): Reduced<[number], D, R> => {
  optionsOf("ctcLoss", options, {
    ...{ blank: true, inputLengths: true, targetLengths: true } as const,
    ...{ zeroInfinity: true, reduction: true } as const,
  });
  const { blank = 0, inputLengths, targetLengths, zeroInfinity = false, reduction } = options;
  const logs = needFloat("ctcLoss", x as Tensor) as Tensor,
    shape = extents(logs),
    labels = targets as Tensor,
    [n = 0, s = 0] = extents(labels);
  if (shape.length !== 3 || extents(labels).length !== 2 || n !== shape[1] || size(shape) === 0) {
    const got = `${showShape(shape)} and ${showShape(extents(labels))}`,
      expected = "log-probabilities [t, n, c] and labels [n, s]";
    throw new ShapeError(`ctcLoss: expected ${expected}, got ${got}`, { op: "ctcLoss", expected, got });
  }
  checkIndex("ctcLoss", labels, shape[2]!, `${shape[2]} classes`);
  const [steps, ,] = shape as [number, number, number],
    states = 2 * s + 1,
    inputs = lengths("input lengths", inputLengths, n, steps);
  const outputs = lengths("target lengths", targetLengths, n, s), state = iota([n, states], 1, "i32") as Tensor;
  // State 2k + 1 is label k, the others are blanks.
  const odd = equal(rem(state, 2), 1) as Tensor as Mask,
    k = clamp(truncDivide(state, 2) as Tensor, 0, Math.max(0, s - 1));
  const spread: Tensor = s === 0
    ? full([n, states], blank, "i32")
    : where(odd, gatherAlong(cast(labels, "i32") as Tensor, k, 1), blank);
  const emitted = gatherAlong(logs, expandAxes(spread, [steps, n, states], [1, 2]), 2);
  // A label may follow the one before it without a blank, unless both are the same.
  const before: Tensor = pad(
    slice(spread, 1, 0, Math.max(0, states - 2)) as Tensor,
    [[0, 0], [Math.min(2, states), 0]],
    blank,
  );
  const skips = and(odd, notEqual(spread, before)) as Tensor as Mask;
  const start = where(less(state, 1) as Tensor as Mask, full([n, states], 0, logs.dtype) as Tensor, NEVER) as Tensor;
  const times = iota([steps], 0, "i32") as Tensor;
  const step = (alpha: Tensor, [log, t]: readonly [Tensor, Tensor]): readonly [Tensor, null] => {
    const one: Tensor = states > 1 ? logAddExp(alpha, later(alpha, 1)) : alpha;
    const two: Tensor = states > 2 ? where(skips, logAddExp(one, later(alpha, 2)), one) : one;
    // Before the first step only the first blank is possible, from which the first label is one state away.
    const now = clamp(add(two, log) as Tensor, NEVER), runs = expandDims(less(t, inputs) as Tensor, 1);
    return [where(runs as Tensor as Mask, now, alpha), null];
  };
  const [last] = (scan as unknown as (f: typeof step, init: Tensor, xs: readonly Tensor[]) => [Tensor, null])(
    step,
    start,
    [emitted, times],
  );
  const at = (back: number): Tensor =>
    reshape(gatherAlong(last, clamp(expandDims(sub(mul(outputs, 2), back) as Tensor, 1) as Tensor, 0), 1), [
      n,
    ]) as Tensor;
  const ended: Tensor = where(less(outputs, 1) as Tensor as Mask, at(0), logAddExp(at(0), at(1)));
  const losses = where(less(ended, NEVER / 2) as Tensor as Mask, zeroInfinity ? 0 : Infinity, neg(ended)) as Tensor;
  if (reduction !== undefined && reduction !== "mean") return reduceLoss(losses, reduction) as Reduced<[number], D, R>;
  return reduceLoss(div(losses, clamp(cast(outputs, logs.dtype) as Tensor, 1)) as Tensor) as Reduced<[number], D, R>;
};
