/** What layers on sequences [time, features] share. */
import type { DivMod } from "../core/arith.ts";
import type { Extents } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { type Fail, type IsDynamic, type Show, showShape } from "../core/shape/dim.ts";

/** `R` where `I` is a sequence, `D` where its rank is unknown, or the failure. */
export type OnSequence<Op extends string, I, R, D = [number, number]> = I extends [unknown, unknown] ? R
  : I extends readonly unknown[]
    ? IsDynamic<I> extends true ? D : Fail<`${Op}: expects [time, features], got ${Show<I>}`>
  : never;
/** Throws `ShapeError` for a shape that is no sequence: twin of `OnSequence`. */
export const sequence = (op: string, shape: Extents): readonly [number, number] => {
  if (shape.length === 2) return shape as readonly [number, number];
  const got = showShape(shape);
  throw new ShapeError(`${op}: expects [time, features], got ${got}`, { op, expected: "[time, features]", got });
};
/** A sequence whose features can be shared among `H` heads, or the failure. */
export type OnHeads<Op extends string, I, H extends number> = OnSequence<
  Op,
  I,
  I extends [unknown, infer C extends number] ? number extends C | H ? I
    : DivMod<C, H> extends [unknown, 0] ? I
    : Fail<`${Op}: ${H} heads do not divide width ${C}`>
    : I
>;
/** Twin of `OnHeads`. Throws `ShapeError`. */
export const onHeads = (op: string, shape: Extents, heads: number): number[] => {
  const [, width] = sequence(op, shape);
  if (Number.isNaN(width) || width % heads === 0) return [...shape];
  throw new ShapeError(`${op}: ${heads} heads do not divide width ${width}`, {
    op,
    expected: `a width divisible by ${heads}`,
    got: `${width}`,
  });
};
