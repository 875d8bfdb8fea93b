/** What is run: cases that start work on a back end and say what must come out. */
import type { DType } from "../../core/dtype.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Stored, Tolerance } from "./layout.ts";

/** What the table does not know: an operation, an optimizer, an expression. A case of it fails. */
export class Unknown extends Error {
  override readonly name = "Unknown";
}

/** A value, what it must be, and how exactly. A value may be numbers that no back end computes. */
export interface Expectation extends Tolerance {
  readonly label: string;
  readonly got: Tensor | readonly number[];
  readonly want: { readonly shape: readonly number[]; readonly data: ArrayLike<number>; readonly dtype?: DType };
}
export interface Job {
  readonly name: string;
  readonly op: string;
  readonly class: string;
  /** Starts the case: what it gives is read afterwards, together with that of other cases. Throwing is failing. */
  readonly start: () => readonly Expectation[] | Promise<readonly Expectation[]>;
}
export interface Result {
  readonly job: Job;
  readonly verdict: "passed" | "failed" | "skipped";
  /** Whether it failed because the table does not know something. */
  readonly unknown: boolean;
  /** One line for each value that is wrong, or why there is none. */
  readonly lines: readonly string[];
}

/** A tensor that must be the stored one, dtype and shape included. */
export const expectStored = (
  label: string,
  got: Tensor | undefined,
  want: Stored,
  { rtol, atol }: Tolerance,
): Expectation => {
  if (got === undefined) throw new Error(`${label}: the row in the table gives no such output`);
  return { label, got, want, rtol, atol };
};
/** Numbers, in nested arrays or alone, that must be these. */
export const expectNumbers = (label: string, got: Tensor | number, want: unknown, t: Tolerance): Expectation => {
  const shape: number[] = [];
  for (let v = want; Array.isArray(v); v = v[0]) shape.push(v.length);
  const data = (Array.isArray(want) ? want.flat(Infinity) : [want]) as number[];
  return { label, got: typeof got === "number" ? [got] : got, want: { shape, data }, ...t };
};
