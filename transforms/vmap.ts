import { AxisError, ShapeError } from "../core/errors.ts";
import { isNo } from "../core/primitive.ts";
import { asTensor, type Atom, isLit, type Program, type Var } from "../core/program.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Dim } from "../core/shape/dim.ts";
import { bindAll, constant } from "../core/trace.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import { expandAxes, moveAxis } from "../ops/structure.ts";
import type { Guard } from "../core/typed.ts";
import { optionsOf } from "../core/options.ts";
import { type AnyFunction, rebuild, traceCall, transform } from "./call.ts";
import type { AxisOf, SameBatch, VmapFit } from "./vmap_fit.ts";

/** A value, and whether its axis 0 is the batch. */
type Batched = readonly [Tensor, boolean];

const expand = (x: Tensor, length: number): Tensor =>
  expandAxes(x, [length, ...extents(x)], extents(x).map((_, i) => i + 1));

/** Runs a program on a batch: every equation by the batching rule of its primitive. */
export const vmapProgram = (p: Program, length: number, inputs: readonly Batched[]): readonly Batched[] => {
  const env = new Map<Var, Batched>();
  p.inputs.forEach((v, i) => env.set(v, inputs[i]!));
  const get = (a: Atom): Batched => isLit(a) ? [asTensor(a), false] : env.get(a)!;
  for (const e of p.eqns) {
    const read = e.inputs.map(get),
      xs = read.map(([x]) => x),
      batched = read.map(([, b]) => b),
      { batch, name } = e.primitive;
    if (!batched.includes(true)) {
      bindAll(e.primitive, xs, e.params).forEach((t, i) => env.set(e.outs[i]!, [t, false]));
      continue;
    }
    if (isNo(batch)) throw new TypeError(`Cannot batch ${name}: ${batch.no}`);
    const outs = batch === "pointwise"
      ? bindAll(e.primitive, xs.map((x, i) => batched[i] ? x : expand(x, length)), e.params)
      : batch(xs, batched, length, e.params);
    outs.forEach((t, i) => env.set(e.outs[i]!, [t, true]));
  }
  return p.outputs.map(get);
};

/** For each argument the axis that is the batch (0 unless said), or null where it is shared by all examples. */
export interface VmapOptions {
  readonly in?: number | null | readonly (number | null)[];
  /** Where the batch goes in every result. */
  readonly out?: number;
}
/** A tree of tensors with the batch as axis `X` of each. */
export type Batch<T, X = 0> = X extends null ? T
  : T extends Tensor<infer S, infer D>
    ? X extends 0 ? S extends readonly unknown[] ? Tensor<[number, ...S], D> : never : Tensor<Dim[], D>
  : { [K in keyof T]: Batch<T[K], X> };
type OutOf<O> = O extends { readonly out: infer X } ? X : 0;
type BatchArgs<A extends readonly unknown[], O> = { [I in keyof A]: Batch<A[I], AxisOf<O, I>> };

/**
 * A function of one example made a function of a batch. Arguments are trees; each tensor of an argument has the batch at
 * the axis given for it (0), results at `out` (0).
 *
 * Throws `ShapeError` where the batch extents differ, `AxisError` where there is no such axis, `TypeError` where an operation cannot be batched.
 *
 * @example
 * ```ts
 * import { mul, read, sum, type Tensor, tensor, vmap } from "@pullback/pullback";
 * const rows = vmap((x: Tensor<[3], "f32">) => sum(mul(x, x)));
 * await read(rows(tensor([[1, 2, 3], [4, 5, 6]]))); // [14, 77]
 * ```
 */
export const vmap = <
  A extends readonly unknown[],
  R,
  const O extends VmapOptions = VmapOptions,
  I extends readonly unknown[] = BatchArgs<A, O>,
>(
  f: (...args: A) => R,
  settings?: Guard<O, VmapFit<A, R, O>>,
) => {
  const options = optionsOf("vmap", (settings ?? {}) as VmapOptions, { in: true, out: true });
  return <B extends I>(...args: SameBatch<B, O>): Batch<R, OutOf<O>> =>
    mapped(f as AnyFunction, options, args) as Batch<R, OutOf<O>>;
};
const mapped = (f: AnyFunction, options: VmapOptions, args: readonly unknown[]): unknown => {
  const given = options.in;
  if (typeof given === "object" && given !== null && given.length > args.length) {
    const expected = `${args.length} arguments`, got = `${given.length}`;
    throw new AxisError(`vmap: in has ${got} axes for ${expected}`, { op: "vmap", expected, got });
  }
  const axisOf = (i: number): number | null =>
    given === undefined ? 0 : given === null || typeof given === "number" ? given : given[i] ?? null;
  const flat = args.map((arg, i) => ({ ...flatten(arg, `vmap: argument ${i + 1}`), axis: axisOf(i) }));
  const length = batchLength(flat);
  let structure: Structure | null = null;
  const results = transform(() => {
    const moved = flat.flatMap(({ leaves, axis }): readonly Batched[] =>
      leaves.map((x) => axis === null ? [x, false] : [moveAxis(x, axis < 0 ? axis + extents(x).length : axis, 0), true])
    );
    const examples = moved.map(([x, batched]) =>
      batched ? constant(0, { shape: extents(x).slice(1), dtype: x.dtype }) : x
    );
    const call = traceCall("vmap", f, rebuild(flat.map((a) => a.structure), examples));
    structure = call.out;
    const inputs = [...call.borrowed.map((t): Batched => [t, false]), ...moved];
    return vmapProgram(call.program, length, inputs).map(([y, batched]) => {
      const full = batched ? y : expand(y, length), out = options.out ?? 0, rank = extents(full).length;
      needAxis("the result", out, rank);
      return moveAxis(full, 0, out < 0 ? out + rank : out);
    });
  });
  return unflatten(structure!, results);
};

/** Refuses an axis that there is not. */
const needAxis = (what: string, axis: number, rank: number): void => {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return;
  const details = { op: "vmap", expected: `an axis from ${-rank} to ${rank - 1}`, got: `${axis}` };
  throw new AxisError(`vmap: ${what} has no axis ${axis} among ${rank}`, details);
};
/** The one extent of all batch axes. */
const batchLength = (args: readonly { readonly leaves: readonly Tensor[]; readonly axis: number | null }[]): number => {
  let length: number | null = null;
  const refuse = (sentence: string, got: string): never => {
    throw new ShapeError(`vmap: ${sentence}`, {
      op: "vmap",
      expected: length === null ? "a batch axis" : `${length} examples`,
      got,
    });
  };
  args.forEach(({ leaves, axis }, i) => {
    if (axis === null) return;
    for (const x of leaves) {
      needAxis(`argument ${i + 1}`, axis, extents(x).length);
      const n = extents(x).at(axis)!, shown = `[${extents(x).join(", ")}]`;
      if (length !== null && n !== length) {
        refuse(`argument ${i + 1} has ${n} examples along axis ${axis}, the ones before it ${length}: ${shown}`, shown);
      }
      length = n;
    }
  });
  return length ?? refuse("no argument has a batch axis", "none");
};
