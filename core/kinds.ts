/** Which element types an operation takes, as a type and as a check that say the same sentence. */
import type { DType, Float, Int } from "./dtype.ts";
import { DTypeError } from "./errors.ts";
import type { Fail } from "./shape/dim.ts";
import type { Tensor } from "./tensor.ts";

/** What operations ask for, in words. */
interface Kinds {
  readonly "elements of any type": DType;
  readonly "a float": Float;
  readonly "numbers": Float | Int;
  readonly "whole numbers": Int;
  readonly "whole numbers or booleans": Int | "bool";
  readonly "whole numbers as indices": Int;
  readonly "whole numbers as labels": Int;
  readonly "booleans": "bool";
  readonly "a condition of booleans": "bool";
}
export type Kind = keyof Kinds;
const ints = ["i32", "u32"] as const, floats = ["f32", "f16", "f64"] as const;
const members: { readonly [K in Kind]: readonly Kinds[K][] } = {
  "elements of any type": [...floats, ...ints, "bool"],
  "a float": floats,
  "numbers": [...floats, ...ints],
  "whole numbers": ints,
  "whole numbers or booleans": [...ints, "bool"],
  "whole numbers as indices": ints,
  "whole numbers as labels": ints,
  "booleans": ["bool"],
  "a condition of booleans": ["bool"],
};

/** The dtype `D` where it may be of the kind, else the failure. */
export type NeedKind<Op extends string, K extends Kind, D> = [D & Kinds[K]] extends [never]
  ? Fail<`${Op}: expected ${K}, got ${D & string}: cast it first`>
  : D;
/** Twin of `NeedKind`. Throws `DTypeError`. */
export const needKind = (op: string, kind: Kind, x: Tensor): void => {
  if ((members[kind] as readonly DType[]).includes(x.dtype)) return;
  throw new DTypeError(`${op}: expected ${kind}, got ${x.dtype}: cast it first`, {
    op,
    expected: kind,
    got: x.dtype,
  });
};
