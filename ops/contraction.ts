import { aval, showAval } from "../core/aval.ts";
import { numeric } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { needDType } from "../core/families.ts";
import { forEachIndex, position, tabulate } from "../core/host.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { matmulShape } from "../core/shape/matmul.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { plus } from "./arithmetic.ts";
import { expandDims, moveAxis, permute, squeeze, stretch } from "./structure.ts";
import { byArity } from "../core/pipe.ts";
import type { MatmulFunction } from "./contraction_signatures.ts";

/** Which axes of the left and of the right operand are summed together, and which are walked together. */
export interface DotParams {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}
type Pick = readonly number[];
const free = (rank: number, contract: Pick, batch: Pick): Pick =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => !contract.includes(i) && !batch.includes(i));
const at = <T>(xs: readonly T[], axes: Pick): readonly T[] => axes.map((a) => xs[a]!);

/** The index of an operand, given the index of the result and of the summed axes. */
const operandIndex = <T>(
  side: 0 | 1,
  ranks: readonly [number, number],
  p: DotParams,
  out: readonly T[],
  summed: readonly T[],
): readonly T[] => {
  const batch = p.batch[side], contract = p.contract[side], own = free(ranks[side]!, contract, batch);
  const before = side === 0 ? batch.length : batch.length + free(ranks[0]!, p.contract[0], p.batch[0]).length;
  return Array.from(
    { length: ranks[side]! },
    (_, a) =>
      batch.includes(a)
        ? out[batch.indexOf(a)]!
        : contract.includes(a)
        ? summed[contract.indexOf(a)]!
        : out[before + own.indexOf(a)]!,
  );
};

/**
 * The sum of products over shared axes. Result axes: batch, free of the left, free of the right. Linear in each operand;
 * both adjoints are the same primitive.
 */
export const dotP: Primitive<DotParams> = {
  name: "dot",
  kind: "contraction",
  abstractEval: ([x, y], { contract, batch }) => {
    needDType("dot", x!, numeric);
    const agree = (i: number, pair: readonly [Pick, Pick]) => x!.shape[pair[0][i]!] === y!.shape[pair[1][i]!];
    const fits = contract[0].every((_, i) => agree(i, contract)) && batch[0].every((_, i) => agree(i, batch));
    if (x!.dtype !== y!.dtype) {
      throw new DTypeError(`dot: expected operands of one dtype, got ${showAval(x!)} and ${showAval(y!)}`, {
        op: "dot",
        expected: x!.dtype,
        got: y!.dtype,
      });
    }
    if (!fits) {
      const got = `${showAval(x!)} and ${showAval(y!)}`;
      throw new ShapeError(`dot: the paired axes of ${got} differ`, { op: "dot", expected: "equal paired axes", got });
    }
    const shape = [
      ...at(x!.shape, batch[0]),
      ...at(x!.shape, free(x!.shape.length, contract[0], batch[0])),
      ...at(y!.shape, free(y!.shape.length, contract[1], batch[1])),
    ];
    return [aval(shape, x!.dtype)];
  },
  evaluate: ([x, y], [out], p) => {
    const ranks = [x!.aval.shape.length, y!.aval.shape.length] as const, summed = at(x!.aval.shape, p.contract[0]);
    const none = summed.map(() => 0), terms: [number, number][] = [];
    const place = (side: 0 | 1, index: readonly number[], s: readonly number[]): number =>
      position(operandIndex(side, ranks, p, index, s), (side === 0 ? x! : y!).aval.shape);
    // Positions are sums of strides: those of the summed index are the same for every element of the result.
    const origin = out!.shape.map(() => 0);
    forEachIndex(summed, (s) => terms.push([place(0, origin, s), place(1, origin, s)]));
    return [tabulate(out!.shape, (index) => {
      const left = place(0, index, none), right = place(1, index, none);
      let total = 0;
      for (const [i, j] of terms) total += x!.data[left + i]! * y!.data[right + j]!;
      return total;
    })];
  },
  linearize: ([x, y], _out, p) => ([dx, dy]) => [
    plus(dx ? bind(dotP, [dx, y!], p) : null, dy ? bind(dotP, [x!, dy], p) : null),
  ],
  transpose: ([ct], [x, y], p) => {
    if (!ct) return [null, null];
    return [
      "linear" in x! && "known" in y! ? adjoint(0, ct, y.known, x.linear.shape, p) : null,
      "linear" in y! && "known" in x! ? adjoint(1, ct, x.known, y.linear.shape, p) : null,
    ];
  },
  batch: ([x, y], [bx, by], _n, p) => {
    const shift = (axes: Pick, batched: boolean) => batched ? axes.map((a) => a + 1) : axes;
    const contract = [shift(p.contract[0], bx!), shift(p.contract[1], by!)] as const;
    const pairs = [shift(p.batch[0], bx!), shift(p.batch[1], by!)] as const;
    if (bx && by) return [bind(dotP, [x!, y!], { contract, batch: [[0, ...pairs[0]], [0, ...pairs[1]]] })];
    const out = bind(dotP, [x!, y!], { contract, batch: pairs });
    const from = pairs[0].length + (bx ? 0 : free(extents(x!).length, contract[0], pairs[0]).length);
    return [moveAxis(out, from, 0)];
  },
  lower: ([x, y], p) => {
    const ranks = [x!.shape.length, y!.shape.length] as const;
    return [{
      tag: "contract",
      out: [
        ...at(x!.shape, p.batch[0]),
        ...at(x!.shape, free(ranks[0], p.contract[0], p.batch[0])),
        ...at(y!.shape, free(ranks[1], p.contract[1], p.batch[1])),
      ],
      reduced: at(x!.shape, p.contract[0]),
      a: (r, out, summed) => r.at(0, operandIndex(0, ranks, p, out, summed)),
      b: (r, out, summed) => r.at(1, operandIndex(1, ranks, p, out, summed)),
    }];
  },
  samples: [
    {
      inputs: [host([2, 3], [1, 2, 3, 4, -5, 6]), host([3, 2], [1, 0, -1, 2, 0.5, 3])],
      params: { contract: [[1], [0]], batch: [[], []] },
    },
    {
      inputs: [host([2, 2, 2], [1, 2, 3, 4, -5, 6, 7, 8]), host([2, 2], [1, 3, -1, 2])],
      params: { contract: [[2], [0]], batch: [[0], [1]] },
    },
  ],
};
/** Cotangent of one operand: contract the cotangent with the other operand over that one's free axes. */
const adjoint = (side: 0 | 1, ct: Tensor, other: Tensor, shape: readonly number[], p: DotParams): Tensor => {
  const o = 1 - side as 0 | 1, b = p.batch[0].length;
  const ownFree = free(shape.length, p.contract[side], p.batch[side]);
  const otherFree = free(extents(other).length, p.contract[o], p.batch[o]);
  const first = b + (side === 0 ? ownFree.length : 0);
  const ctFree = otherFree.map((_, i) => first + i), lead = p.batch[0].map((_, i) => i);
  const product = bind(dotP, [ct, other], { contract: [ctFree, otherFree], batch: [lead, p.batch[o]] });
  // axes of the product: batch, own free, and the contracted axes in the order of `other`
  const contracted = [...p.contract[o]].sort((i, j) => i - j).map((a) => p.contract[side][p.contract[o].indexOf(a)]!);
  const order = [...p.batch[side], ...ownFree, ...contracted];
  return permute(product, shape.map((_, a) => order.indexOf(a)));
};
/**
 * Matrix product over the last axis of `x` and the second to last of `y`; leading axes broadcast; vectors are rows on the
 * left and columns on the right. `T[...A,m,k], T[...B,k,n] -> T[...broadcast,m,n]`
 */
export const matmul: MatmulFunction = byArity("matmul", 2, (x: Tensor, y: Tensor): Tensor => {
  const shape = matmulShape(extents(x), extents(y));
  if (extents(x).length === 1) {
    return squeeze(matmul(expandDims(x, 0), y), extents(y).length === 1 ? 0 : shape.length - 1);
  }
  if (extents(y).length === 1) return squeeze(matmul(x, expandDims(y, 1)), shape.length);
  const [rx, ry] = [extents(x).length, extents(y).length];
  if (ry === 2) return bind(dotP, [x, y], { contract: [[rx - 1], [0]], batch: [[], []] });
  const lead = shape.slice(0, -2), pairs = lead.map((_, i) => i), rank = shape.length;
  const a = stretch(x, [...lead, ...extents(x).slice(-2)]), b = stretch(y, [...lead, ...extents(y).slice(-2)]);
  return bind(dotP, [a, b], { contract: [[rank - 1], [rank - 2]], batch: [pairs, pairs] });
});
