import { aval, sameShape, showAval, size } from "../core/aval.ts";
import { type DType, numeric } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position, tabulate } from "../core/host.ts";
import { int, ravel, unravel } from "../core/index_expr.ts";
import { map } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { broadcastToShape } from "../core/shape/broadcast.ts";
import { moveAxisOrder, normalizeAxes, permuteShape, transposeShape } from "../core/shape/axes.ts";
import { type Kind, needKind } from "../core/kinds.ts";
import { reshapeShape } from "../core/shape/reshape.ts";
import { expandDimsShape, squeezeShape } from "../core/shape/slice.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { byArity, byData, operation } from "../core/pipe.ts";
import { optionsOf } from "../core/options.ts";
import type {
  BroadcastToFunction,
  ExpandDimsFunction,
  MoveAxisFunction,
  PermuteFunction,
  ReshapeFunction,
  SqueezeFunction,
  TransposeFunction,
} from "./movement_signatures.ts";
import type { Axes, Reduction } from "./signatures.ts";

/**
 * Puts the axes of the input at `axes` of a result of extents `shape`; extent 1 stretches, missing axes repeat.
 * Its adjoint is `sumP`.
 */
export const broadcastP: Primitive<{ readonly shape: readonly number[]; readonly axes: readonly number[] }> = {
  name: "broadcast",
  kind: "movement",
  abstractEval: ([x], { shape, axes }) => {
    const fits = axes.length === x!.shape.length &&
      axes.every((a, i) => a < shape.length && (i === 0 || axes[i - 1]! < a) && [1, shape[a]].includes(x!.shape[i]));
    if (!fits) {
      const expected = `axes ${JSON.stringify(axes)} of [${shape}]`;
      throw new ShapeError(`broadcast: cannot put ${showAval(x!)} at ${expected}`, {
        op: "broadcast",
        expected,
        got: showAval(x!),
      });
    }
    return [aval(shape, x!.dtype)];
  },
  evaluate: ([x], [out], { axes }) => [
    tabulate(
      out!.shape,
      (index) => x!.data[position(axes.map((a, i) => x!.aval.shape[i] === 1 ? 0 : index[a]!), x!.aval.shape)]!,
    ),
  ],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(broadcastP, [dx], params) : null],
  transpose: ([ct], [x], { shape, axes }) => {
    const from = "linear" in x! ? x.linear.shape : extents(x!.known);
    const summed = shape.map((_, a) => a).filter((a) =>
      !axes.includes(a) || (from[axes.indexOf(a)] === 1 && shape[a] !== 1)
    );
    return [ct ? reshapeTo(summed.length === 0 ? ct : bind(sumP, [ct], { axes: summed }), from) : null];
  },
  batch: ([x], _b, length, { shape, axes }) => [
    bind(broadcastP, [x!], { shape: [length, ...shape], axes: [0, ...axes.map((a) => a + 1)] }),
  ],
  lower: ([x], { axes }) => [
    map((r, index) => r.at(0, axes.map((a, i) => x!.shape[i] === 1 ? int(0) : index[a]!))),
  ],
  samples: [
    { inputs: [host([2, 1], [1, -2])], params: { shape: [3, 2, 4], axes: [1, 2] } },
    { inputs: [host([], [5])], params: { shape: [2, 2], axes: [] } },
  ],
};

/** Adds along `axes`, which disappear. Its adjoint is `broadcastP`. */
export const sumP: Primitive<{ readonly axes: readonly number[] }> = {
  name: "sum",
  kind: "reduction",
  abstractEval: ([x], { axes }) => {
    needDType("sum", x!, numeric);
    return [aval(x!.shape.filter((_, i) => !axes.includes(i)), x!.dtype)];
  },
  evaluate: ([x], [out], { axes }) => {
    const total = new Float64Array(size(out!.shape));
    forEachIndex(x!.aval.shape, (index, p) => {
      total[position(index.filter((_, i) => !axes.includes(i)), out!.shape)]! += x!.data[p]!;
    });
    return [total];
  },
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(sumP, [dx], params) : null],
  transpose: ([ct], [x], { axes }) => {
    const { shape } = "linear" in x! ? x.linear : x!.known as { shape: readonly number[] };
    return [
      ct ? bind(broadcastP, [ct], { shape, axes: shape.map((_, i) => i).filter((i) => !axes.includes(i)) }) : null,
    ];
  },
  batch: ([x], _b, _n, { axes }) => [bind(sumP, [x!], { axes: axes.map((a) => a + 1) })],
  lower: ([x], { axes }) => [{
    tag: "reduce",
    extents: axes.map((a) => x!.shape[a]!),
    combine: "add",
    body: (r, index, reduced) => r.at(0, scatterAxes(axes, index, reduced)),
  }],
  samples: [
    { inputs: [host([2, 3], [1, 2, 3, 4, -5, 6])], params: { axes: [0] } },
    { inputs: [host([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 9])], params: { axes: [0, 2] } },
  ],
};
/** The full index of which `reduced` are the entries at `axes` and `index` the others. */
export const scatterAxes = <T>(axes: readonly number[], index: readonly T[], reduced: readonly T[]): readonly T[] => {
  let i = 0;
  return Array.from(
    { length: index.length + reduced.length },
    (_, a) => axes.includes(a) ? reduced[axes.indexOf(a)]! : index[i++]!,
  );
};

/** The same elements in row-major order under another shape. */
export const reshapeP: Primitive<{ readonly shape: readonly number[] }> = {
  name: "reshape",
  kind: "movement",
  abstractEval: ([x], { shape }) => {
    reshapeShape(x!.shape, shape);
    return [aval(shape, x!.dtype)];
  },
  evaluate: ([x]) => [x!.data],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(reshapeP, [dx], params) : null],
  transpose: ([ct], [x]) => [ct ? reshapeTo(ct, "linear" in x! ? x.linear.shape : extents(x!.known)) : null],
  batch: ([x], _b, length, { shape }) => [bind(reshapeP, [x!], { shape: [length, ...shape] })],
  lower: ([x], { shape }) => [map((r, index) => r.at(0, unravel(ravel(index, shape), x!.shape)))],
  samples: [{ inputs: [host([2, 3], [1, 2, 3, 4, 5, 6])], params: { shape: [3, 2] } }],
};

/** Reorders axes: axis `i` of the result is axis `axes[i]` of the input. */
export const permuteP: Primitive<{ readonly axes: readonly number[] }> = {
  name: "permute",
  kind: "movement",
  abstractEval: ([x], { axes }) => [aval(permuteShape(x!.shape, axes), x!.dtype)],
  evaluate: ([x], [out], { axes }) => [
    tabulate(out!.shape, (index) => x!.data[position(axes.map((_, a) => index[axes.indexOf(a)]!), x!.aval.shape)]!),
  ],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(permuteP, [dx], params) : null],
  transpose: ([ct], _x, { axes }) => [ct ? bind(permuteP, [ct], { axes: axes.map((_, a) => axes.indexOf(a)) }) : null],
  batch: ([x], _b, _n, { axes }) => [bind(permuteP, [x!], { axes: [0, ...axes.map((a) => a + 1)] })],
  lower: (_x, { axes }) => [map((r, index) => r.at(0, axes.map((_, a) => index[axes.indexOf(a)]!)))],
  samples: [{ inputs: [host([2, 3, 1], [1, 2, 3, 4, 5, 6])], params: { axes: [2, 0, 1] } }],
};

/** Stretches a tensor to a shape: axes of extent 1 repeat, missing leading axes are added. */
export const broadcastTo: BroadcastToFunction = byArity("broadcastTo", 2, (x: Tensor, shape: readonly number[]) => {
  broadcastToShape(extents(x), shape);
  return stretch(x, shape);
});
/** As `broadcastTo`, for shapes known to fit. */
export const stretch = (x: Tensor, shape: readonly number[]): Tensor => {
  const from = extents(x);
  if (sameShape(from, shape)) return x;
  return bind(broadcastP, [x], { shape, axes: from.map((_, i) => shape.length - from.length + i) });
};
/** Puts the axes of `x` at `axes` of `shape`, repeating along the others. */
export const expandAxes = (x: Tensor, shape: readonly number[], axes: readonly number[]): Tensor =>
  bind(broadcastP, [x], { shape, axes });
const reshapeTo = (x: Tensor, shape: readonly number[]): Tensor =>
  sameShape(extents(x), shape) ? x : bind(reshapeP, [x], { shape });

/** The same elements in another shape; one extent may be -1. `T[...S] -> T[...R]` */
export const reshape: ReshapeFunction = byArity(
  "reshape",
  2,
  (x: Tensor, shape: readonly number[]) => reshapeTo(x, reshapeShape(extents(x), shape)),
);
/** Reorders the axes. `T[...S] -> T[...S permuted]` */
export const permute: PermuteFunction = byArity("permute", 2, (x: Tensor, axes: readonly number[]) => {
  permuteShape(extents(x), axes);
  return axes.every((a, i) => a === i)
    ? x
    : bind(permuteP, [x], { axes: axes.map((a) => a < 0 ? a + axes.length : a) });
});
/** Moves one axis to another place. */
export const moveAxis: MoveAxisFunction = byArity(
  "moveAxis",
  3,
  (x: Tensor, from: number, to: number) => permute(x, moveAxisOrder(extents(x), from, to)),
);
/** Swaps the last two axes. `T[...B,m,n] -> T[...B,n,m]` */
export const transpose: TransposeFunction = operation("transpose", (x) => {
  transposeShape(extents(x));
  const rank = extents(x).length;
  return permute(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]);
});
/** Adds an axis of extent 1. */
export const expandDims: ExpandDimsFunction = byArity(
  "expandDims",
  2,
  (x: Tensor, axis: number) => reshapeTo(x, expandDimsShape(extents(x), axis)),
);
/** Removes an axis of extent 1. */
export const squeeze: SqueezeFunction = byArity(
  "squeeze",
  2,
  (x: Tensor, axis: number) => reshapeTo(x, squeezeShape(extents(x), axis)),
);

/** Which axes a reduction removes, and whether they stay with extent 1. */
export interface ReduceOptions {
  readonly keepdims?: boolean;
}
/** Refuses options that a reduction does not have. */
export const needReduceOptions = (name: string, options: ReduceOptions): void =>
  void optionsOf(name, options, { keepdims: true });
/** Applies a reduction of this parameter form over the axes the user named. */
export const reduceOver = (
  name: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  options: ReduceOptions,
  apply: (x: Tensor, axes: readonly number[]) => Tensor,
  kind: Kind = "numbers",
): Tensor => {
  needReduceOptions(name, options);
  needKind(name, kind, x);
  const shape = extents(x), axes = normalizeAxes(name, shape, axis).sort((a, b) => a - b);
  const y = axes.length === 0 ? x : apply(x, axes);
  return options.keepdims ? reshapeTo(y, shape.map((d, i) => axes.includes(i) ? 1 : d)) : y;
};
/** Sum over an axis, several, or all. `T[...S] -> T[...S without axes]`; 0 for an empty sum. */
export const sum: Reduction<"sum", DType> = byData(
  "sum",
  (x: Tensor, axis?: Axes, options: ReduceOptions = {}) =>
    reduceOver("sum", x, axis, options, (y, axes) => bind(sumP, [y], { axes })),
);
