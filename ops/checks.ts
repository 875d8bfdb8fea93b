import { type DType, holds } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";

/** Refuses extents that are not whole numbers from 0, or too many elements to count exactly. */
export const checkShape = (op: string, shape: readonly number[]): void => {
  const ok = shape.every((d) => Number.isSafeInteger(d) && d >= 0) &&
    Number.isSafeInteger(shape.reduce((n, d) => n * d, 1));
  if (ok) return;
  const got = `[${shape.join(", ")}]`;
  throw new ShapeError(`${op}: expected whole extents from 0, got ${got}`, {
    op,
    expected: "whole extents from 0",
    got,
  });
};

/** Refuses a number that a dtype does not have. */
export const needNumber = (op: string, value: number, dtype: DType): void => {
  if (typeof value === "number" && holds(dtype, value)) return;
  const expected = `a number that ${dtype} can hold`;
  throw new DTypeError(`${op}: expected ${expected}, got ${value}`, { op, expected, got: `${value}` });
};
