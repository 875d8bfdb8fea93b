/** Losses of scores for classes, which lie along axis 1 (along the only axis of a single example). */
import { sameShape } from "../core/aval.ts";
import { type Float, isFloat } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { needKind } from "../core/kinds.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { logSoftmax, relu } from "../ops/activation.ts";
import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { perEntry } from "../ops/bias.ts";
import { cast } from "../ops/cast.ts";
import { equal, notEqual, where } from "../ops/comparison.ts";
import { pow } from "../ops/exponential.ts";
import { checkIndex } from "../ops/known.ts";
import { type AnyFloat, needFloat } from "../ops/pointwise.ts";
import { max } from "../ops/reduction.ts";
import { full, iota } from "../ops/source.ts";
import { expandDims, sum } from "../ops/structure.ts";
import { type LossOptions, needLike, type Reduced, reduceLoss, type Reduction } from "./loss_reduction.ts";

type Mask = Tensor<[], "bool">;
/** Options of losses of classes. */
export interface ClassLossOptions<D extends Float = Float, R extends Reduction = Reduction> extends LossOptions<R> {
  /** A factor for each class. The mean divides by the factors of the targets. */
  readonly weight?: Tensor<Shape, D> | undefined;
  /** A label whose examples do not count. */
  readonly ignore?: number | undefined;
}
const classAxis = (op: string, x: Tensor): number => {
  const rank = extents(needFloat(op, x)).length;
  if (rank > 0) return rank === 1 ? 0 : 1;
  throw new ShapeError(`${op}: expected an axis of classes, got []`, { op, expected: "an axis of classes", got: "[]" });
};
/** Refuses labels of another shape than that of the scores without the axis of classes, and labels known to be no class. */
const needLabels = (op: string, x: Tensor, labels: Tensor, axis: number, ignore?: number): void => {
  needKind(op, "whole numbers as labels", labels);
  const shape = extents(x),
    want = shape.filter((_, i) => i !== axis),
    got = showShape(extents(labels)),
    classes = shape[axis]!;
  if (!sameShape(want, extents(labels))) {
    const expected = `labels of shape ${showShape(want)}`;
    throw new ShapeError(`${op}: scores ${showShape(shape)} need ${expected}, got ${got}`, { op, expected, got });
  }
  checkIndex(op, labels, classes, `${classes} classes`, ignore);
};
/** Where along the axis of classes the label is. */
const chosen = (x: Tensor, labels: Tensor, axis: number): Mask =>
  equal(iota(extents(x), axis, "i32"), expandDims(cast(labels, "i32") as Tensor, axis)) as Tensor as Mask;
const weights = (op: string, x: Tensor, axis: number, weight: Tensor | undefined): Tensor | number =>
  weight === undefined ? 1 : perEntry(op, "a weight", weight, x, axis);

/** Losses of labels: each, and how much it counts in the mean. `smoothing` spreads so much of every label over all classes. */
const ofLabels = (
  op: string,
  logs: Tensor,
  labels: Tensor,
  axis: number,
  { weight, ignore }: ClassLossOptions,
  smoothing: number,
) => {
  needLabels(op, logs, labels, axis, ignore);
  const hit = chosen(logs, labels, axis),
    w = weights(op, logs, axis, weight as Tensor | undefined),
    classes = extents(logs)[axis]!;
  const weighed: Tensor = typeof w === "number" ? logs : mul(logs, w);
  const counts: Mask | null = ignore === undefined ? null : notEqual(labels, ignore) as Tensor as Mask;
  const keep = (y: Tensor): Tensor => counts === null ? y : where(counts, y, 0);
  const own = sum(where(hit, weighed, 0) as Tensor, axis) as Tensor;
  const losses: Tensor = smoothing === 0
    ? neg(own)
    : neg(add(mul(own, 1 - smoothing), mul(sum(weighed, axis), smoothing / classes)) as Tensor);
  const share = typeof w === "number"
    ? full(extents(own), w, logs.dtype) as Tensor
    : sum(where(hit, w, 0) as Tensor, axis) as Tensor;
  return { losses: keep(losses), share: keep(share) };
};

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions<D extends Float = Float, R extends Reduction = Reduction>
  extends ClassLossOptions<D, R> {
  /** How much of each target is spread evenly over all classes; 0 unless given. (Szegedy et al. 2016) */
  readonly labelSmoothing?: number | undefined;
  /** A factor for each target, such as each pixel; the mean divides by their sum. (Ronneberger et al. 2015, section 3) */
  readonly targetWeight?: Tensor<Shape, D> | undefined;
}
/**
 * Cross-entropy of the classes that `softmax(x)` predicts with targets: labels, or probabilities of the classes. In nats.
 * `F[n,c,...], i32[n,...] -> F[]` or `F[n,c,...], F[n,c,...] -> F[]`. The mean is over the examples, of labels weighed by the
 * weights of their classes.
 *
 * Throws `ShapeError` where targets do not fit, `AxisError` for a label that is known to be no class; others count as a loss of 0.
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const labels = tensor([0], "i32");
 * console.log((await item(nn.crossEntropy(tensor([[0, 0]]), labels))).toFixed(4)); // 0.6931
 * ```
 */
export const crossEntropy = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  target: Tensor<Shape, D | "i32" | "u32">,
  options: CrossEntropyOptions<D, R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("crossEntropy", options, {
    ...{ reduction: true, weight: true, ignore: true } as const,
    ...{ labelSmoothing: true, targetWeight: true } as const,
  });
  const t = x as Tensor,
    y = target as Tensor,
    axis = classAxis("crossEntropy", t),
    { labelSmoothing = 0, reduction } = options;
  const logs = logSoftmax(t as AnyFloat, axis) as Tensor, own = options.targetWeight as Tensor | undefined;
  if (own !== undefined) needTargetWeight(t, own, axis);
  const each = (v: Tensor): Tensor => own === undefined ? v : mul(v, own);
  if (!isFloat(y.dtype)) {
    const { losses, share } = ofLabels("crossEntropy", logs, y, axis, options as ClassLossOptions, labelSmoothing);
    return reduceLoss(each(losses), reduction, sum(each(share)) as Tensor) as Reduced<Dim[], D, R>;
  }
  needLike("crossEntropy", t, y);
  if (options.ignore !== undefined) {
    throw new DTypeError("crossEntropy: probabilities have no label to ignore", {
      op: "crossEntropy",
      expected: "labels",
      got: y.dtype,
    });
  }
  const soft: Tensor = labelSmoothing === 0 ? y : add(mul(y, 1 - labelSmoothing), labelSmoothing / extents(t)[axis]!);
  const w = weights("crossEntropy", t, axis, options.weight as Tensor | undefined);
  const losses = neg(sum(mul(mul(soft, w), logs) as Tensor, axis) as Tensor), count = own && (sum(own) as Tensor);
  return reduceLoss(each(losses), reduction, count) as Reduced<Dim[], D, R>;
};
const needTargetWeight = (x: Tensor, weight: Tensor, axis: number): void => {
  const shape = extents(x), want = showShape(shape.filter((_, i) => i !== axis)), got = showShape(extents(weight));
  if (want === got) return;
  const expected = `a weight for each target ${want}`;
  throw new ShapeError(`crossEntropy: scores ${showShape(shape)} need ${expected}, got ${got}`, {
    op: "crossEntropy",
    expected,
    got,
  });
};
/**
 * Minus the log-probability of the label, x holding log-probabilities. `F[n,c,...], i32[n,...] -> F[]`; weights, ignored labels
 * and errors as for `crossEntropy`.
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const labels = tensor([0], "i32");
 * console.log(await item(nn.nllLoss(tensor([[-0.5, -1]]), labels))); // 0.5
 * ```
 */
export const nllLoss = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  labels: Tensor<Shape, "i32" | "u32">,
  options: ClassLossOptions<D, R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("nllLoss", options, { reduction: true, weight: true, ignore: true });
  const t = x as Tensor, axis = classAxis("nllLoss", t);
  const { losses, share } = ofLabels("nllLoss", t, labels as Tensor, axis, options as ClassLossOptions, 0);
  return reduceLoss(losses, options.reduction, sum(share) as Tensor) as Reduced<Dim[], D, R>;
};

/** Options of `multiMarginLoss`. */
export interface MultiMarginOptions<D extends Float = Float, R extends Reduction = Reduction> extends LossOptions<R> {
  /** 1 unless given, or 2. */
  readonly p?: number | undefined;
  /** By how much the score of the label must be ahead; 1 unless given. */
  readonly margin?: number | undefined;
  /** A factor for each class. */
  readonly weight?: Tensor<Shape, D> | undefined;
}
/**
 * Σ max(0, margin - x[label] + x[j])^p / c over the other classes j. `F[n,c], i32[n] -> F[]`. Throws as `crossEntropy` does.
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const labels = tensor([0], "i32");
 * console.log(await item(nn.multiMarginLoss(tensor([[1, 0.5]]), labels))); // 0.25
 * ```
 */
export const multiMarginLoss = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  labels: Tensor<Shape, "i32" | "u32">,
  options: MultiMarginOptions<D, R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("multiMarginLoss", options, { p: true, margin: true, weight: true, reduction: true });
  const { p = 1, margin = 1, weight, reduction } = options;
  const op = "multiMarginLoss", t = x as Tensor, axis = classAxis(op, t), classes = extents(t)[axis]!;
  needLabels(op, t, labels as Tensor, axis);
  const hit = chosen(t, labels as Tensor, axis),
    own = expandDims(sum(where(hit, t, 0) as Tensor, axis) as Tensor, axis);
  const behind = relu(add(sub(t, own), margin) as Tensor as AnyFloat) as Tensor,
    cost: Tensor = p === 1 ? behind : pow(behind, p);
  const others = where(hit, 0, cost) as Tensor, total: Tensor = div(sum(others, axis), classes);
  if (weight === undefined) return reduceLoss(total, reduction) as Reduced<Dim[], D, R>;
  const w = where(hit, perEntry(op, "a weight", weight as Tensor, t, axis), 0) as Tensor;
  return reduceLoss(mul(total, sum(w, axis)), reduction) as Reduced<Dim[], D, R>;
};

/** Options of `multiclassHinge`. */
export interface MulticlassHingeOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** By how much the score of the label must be ahead; 1 unless given. */
  readonly margin?: number | undefined;
  /** Whether every class that is too near costs ("sum": Weston and Watkins 1999), or only the nearest ("max": Crammer and Singer 2001). */
  readonly over?: "sum" | "max" | undefined;
}
/**
 * The loss of a support vector machine for many classes: Σ max(0, margin - x[label] + x[j]) over the other classes j, or its largest
 * term. `F[n,c,...], i32[n,...] -> F[]`. Throws as `crossEntropy` does.
 *
 * @example
 * ```ts
 * import { item, nn, tensor } from "@pullback/pullback";
 * const labels = tensor([0], "i32");
 * console.log(await item(nn.multiclassHinge(tensor([[1, 0.5]]), labels))); // 0.5
 * ```
 */
export const multiclassHinge = <D extends Float, const R extends Reduction = "mean">(
  x: Tensor<Shape, D>,
  labels: Tensor<Shape, "i32" | "u32">,
  options: MulticlassHingeOptions<R> = {},
): Reduced<Dim[], D, R> => {
  optionsOf("multiclassHinge", options, { margin: true, over: true, reduction: true });
  const { margin = 1, over = "sum", reduction } = options;
  const op = "multiclassHinge", t = x as Tensor, axis = classAxis(op, t);
  needLabels(op, t, labels as Tensor, axis);
  const hit = chosen(t, labels as Tensor, axis),
    own = expandDims(sum(where(hit, t, 0) as Tensor, axis) as Tensor, axis);
  const behind = relu(add(sub(t, own), margin) as Tensor as AnyFloat) as Tensor,
    others = where(hit, 0, behind) as Tensor;
  const total = over === "sum" ? sum(others, axis) : max(others, axis);
  return reduceLoss(total as Tensor, reduction) as Reduced<Dim[], D, R>;
};
