/** Indices that are known while a program is written down are checked there; others are clamped where they are used. */
import { size } from "../core/aval.ts";
import type { Data, DType } from "../core/dtype.ts";
import { AxisError } from "../core/errors.ts";
import { type NeedKind, needKind } from "../core/kinds.ts";
import { asAtom, isLit } from "../core/program.ts";
import { showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { Arg } from "../core/typed.ts";

/** The numbers of a tensor, where they are known before anything runs: of a constant, and of numbers still on the host. */
export const knownValues = (x: Tensor): ArrayLike<number> | null => {
  const a = asAtom(x);
  if (isLit(a)) return size(a.aval.shape) === 0 ? [] : [a.value];
  return a.state.tag === "held" ? (a.state.held as { readonly local?: Data | null }).local ?? null : null;
};

/** An index of whole numbers, or the sentence for another dtype. */
export type IndexArg<Op extends string, S, E extends DType> = Arg<S, E, NeedKind<Op, "whole numbers as indices", E>>;
/** Refuses indices that are known to be outside 0 … extent - 1. `of` is the axis they go along. `ignored` is let through. */
export const checkIndex = (op: string, index: Tensor, extent: number, of: string, ignored?: number): void => {
  needKind(op, "whole numbers as indices", index);
  const values = knownValues(index) ?? [];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if ((v >= 0 && v < extent) || v === ignored) continue;
    throw new AxisError(`${op}: index ${v} is out of range for ${of}`, {
      op,
      expected: `0 to ${extent - 1}`,
      got: `${v}`,
    });
  }
};
/** `axis 1 of [2, 3]` */
export const axisText = (axis: number, x: Tensor): string => `axis ${axis} of ${showShape(extents(x))}`;
