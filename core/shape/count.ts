/** Counts: of channels, features, rows, copies. They are whole numbers from 1. */
import { ShapeError } from "../errors.ts";

/** The count; throws `ShapeError` where it is none. */
export const needCount = <N extends number>(op: string, what: string, n: unknown): N => {
  if (Number.isInteger(n) && n as N >= 1) return n as N;
  const expected = "a whole number from 1", got = `${n}`;
  throw new ShapeError(`${op}: ${what} must be ${expected}, got ${got}`, { op, expected, got });
};
